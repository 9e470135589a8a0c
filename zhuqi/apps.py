"""The project package as an app: template tags, checks and its own management commands."""

from django.apps import AppConfig
from django.contrib.staticfiles.apps import StaticFilesConfig


class ZhuqiConfig(AppConfig):
    """Registers the project's system checks."""

    name = "zhuqi"
    default = True  # with a second config in this file Django would otherwise take neither, and ready() would not run
    verbose_name = "万人助企"

    def ready(self) -> None:
        """Import for the side effect: checks register themselves."""
        from zhuqi import checks  # noqa: F401, PLC0415 - Django's hook for registering checks
        from zhuqi.formwords import speak_plainly  # noqa: PLC0415 - forms need the apps to be there

        speak_plainly()


class StaticConfig(StaticFilesConfig):
    """Static files without what no page of ours uses: compressing it all takes half a minute."""

    ignore_patterns = [
        *StaticFilesConfig.ignore_patterns,
        "rest_framework",  # the browsable API is off
        "redoc",
        "django_htmx",  # htmx comes from npm
        "swagger-ui-es-bundle*",
        "swagger-ui.js*",
        "*.js.map",
        "*.LICENSE.txt",
    ]
