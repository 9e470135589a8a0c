"""Form fields in the portal's style. They work on any Django form; what was typed always comes back.

{% form_errors form %}                     the errors that belong to no field, once, at the top
{% field form.title %}                     label, control, hint, error
{% field form.title hint="…" optional="可不填" rows=3 placeholder="…" autofocus=True %}    further words go to the control
{% field form.title hide_label=True %}     the label stays for screen readers
{% seg form.mode lg=True %}                2 – 4 short choices (zq-seg); lg: 48 px for phones
{% faces form.score %}                     five big faces, in the order of the choices, best first
{% ticks form.ticks %}                     CheckboxSelectMultiple as 44 px rows
{% widget form.title %}                    the bare control with its classes
{{ form }}                                 all fields, by templates/ui/form.html
"""

from html import escape

from django import forms, template
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

register = template.Library()

FACES = ("mood-happy", "mood-smile", "mood-neutral", "mood-sad", "mood-cry")
CHECKS = (forms.CheckboxInput, forms.CheckboxSelectMultiple, forms.RadioSelect)
PLURAL = (forms.CheckboxSelectMultiple, forms.RadioSelect)
SELECTED = " selected"
SELECTS = (forms.Select, forms.SelectMultiple)


def _control_class(widget):
    if isinstance(widget, CHECKS):
        return "form-check-input"
    if isinstance(widget, SELECTS):
        return "form-select"
    return "" if isinstance(widget, forms.HiddenInput) else "form-control"


@register.simple_tag
def widget(bound, **attrs):
    """The bare control; attributes are written with underscores (data_draft → data-draft)."""
    control = bound.field.widget
    # False takes an attribute away again (autofocus=False); None leaves it as the form has it.
    named = {name.replace("_", "-"): value for name, value in attrs.items() if value is not None}
    classes = [_control_class(control), control.attrs.get("class", ""), named.pop("class", "")]
    if isinstance(control, forms.DateInput):
        # Native date boxes speak the browser's language; ours is text (2026-11-23) with a button for the native picker.
        control = forms.DateInput(attrs={**control.attrs, "type": "text"}, format="%Y-%m-%d")
        control.is_required = bound.field.required
        named = {"placeholder": "2026-11-23", "autocomplete": "off", "data-date": True, **named}
    if isinstance(control, forms.Textarea):
        # The browser would cut a long paste without a word; the form says how long it is and keeps it all.
        named = {"maxlength": False, **named}
    return bound.as_widget(control, attrs={**named, "class": " ".join(filter(None, classes))})


@register.simple_tag
def facet_options(facet, chosen=None):
    """The options of one facet (rows of value, label, count), the chosen one selected."""
    options = (
        f'<option value="{escape(str(each.value))}"{SELECTED if each.value == chosen else ""}>'
        f"{escape(each.label)}（{each.count}）</option>"
        for each in facet
    )
    return mark_safe("".join(options))  # noqa: S308 - each part is escaped above


@register.simple_tag
def field(bound, **options):
    """Label, control, hint and error of one field."""
    return render_to_string("ui/field.html", field_context(bound, **options))


def field_context(bound, *, hint=None, optional="", hide_label=False, label="", **attrs):
    """What ui/field.html needs."""
    control = bound.field.widget
    return {
        "field": bound,
        "label": label or bound.label,
        "hint": bound.help_text if hint is None else hint,
        "optional": optional,
        "hide_label": hide_label,
        "attrs": attrs,
        "control": widget(bound, **attrs) if not isinstance(control, PLURAL) else "",
        "is_check": isinstance(control, forms.CheckboxInput),
        "is_file": isinstance(control, forms.FileInput),
        "is_date": isinstance(control, forms.DateInput),
        "is_plural": isinstance(control, PLURAL),
    }


@register.simple_tag
def field_parts(bound):
    """For ui/field.html when Django itself renders it ({{ form }}, as_field_group)."""
    return field_context(bound)


@register.simple_tag
def seg(bound, lg=False, hint=None, label=""):  # noqa: FBT002 - a template writes lg=True
    """Two to four short choices side by side; real radio buttons."""
    parts = {"field": bound, "lg": lg, "hint": bound.help_text if hint is None else hint, "label": label or bound.label}
    return render_to_string("ui/seg.html", parts)


@register.simple_tag
def faces(bound, label=""):
    """Five 56 px radio rows, face and word, best first (R-28)."""
    rows = [option for option in bound.subwidgets if option.data["value"] not in {"", None}]
    parts = {"field": bound, "rows": list(zip(FACES, rows, strict=True)), "label": label or bound.label}
    return render_to_string("ui/faces.html", parts)


@register.simple_tag
def ticks(bound, label="", optional=""):
    """Check boxes as 44 px rows."""
    return render_to_string("ui/ticks.html", {"field": bound, "label": label or bound.label, "optional": optional})


@register.simple_tag
def form_errors(form):
    """Errors of the whole form, announced; a hint when single fields have some too."""
    return render_to_string("ui/form_errors.html", {"form": form})
