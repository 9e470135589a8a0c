"""The project package as an app: template tags, checks and its own management commands."""

from django.apps import AppConfig


class ZhuqiConfig(AppConfig):
    """Registers the project's system checks."""

    name = "zhuqi"
    verbose_name = "万人助企"

    def ready(self) -> None:
        """Import for the side effect: checks register themselves."""
        from zhuqi import checks  # noqa: F401, PLC0415 - Django's hook for registering checks
        from zhuqi.formwords import speak_plainly  # noqa: PLC0415 - forms need the apps to be there

        speak_plainly()
