"""The enterprises app."""

from django.apps import AppConfig


class EnterprisesConfig(AppConfig):
    """Registers enterprises."""

    name = "enterprises"
    verbose_name = "企业"
