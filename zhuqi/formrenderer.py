"""Every Django form of the portal looks the same: label, control, hint, and an error that says what to do."""

from django.forms.renderers import TemplatesSetting


class PortalRenderer(TemplatesSetting):
    """`{{ form }}`, `{{ form.title.as_field_group }}` and `{% field form.title %}` give the same markup."""

    form_template_name = "ui/form.html"
    field_template_name = "ui/field.html"
