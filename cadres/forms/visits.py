"""Announced visits and quiet periods (R-14)."""

from django import forms

from zhuqi.kernel.inputs import DayInput


class PlanForm(forms.Form):
    """When, and what for: the firm reads both. `confirmed` is set once the cautions were shown."""

    planned_on = forms.DateField(label="哪天去", widget=DayInput)
    purpose = forms.CharField(label="来意", max_length=200, help_text="企业会看到这句话")
    confirmed = forms.CharField(required=False, widget=forms.HiddenInput)


class MoveForm(forms.Form):
    """The other day; what for stays as it was."""

    planned_on = forms.DateField(label="改到哪天", widget=DayInput)
    confirmed = forms.CharField(required=False, widget=forms.HiddenInput)


class QuietForm(forms.Form):
    """From when to when nobody should come."""

    from_on = forms.DateField(label="从哪天", widget=DayInput)
    to_on = forms.DateField(label="到哪天", widget=DayInput)
    reason = forms.CharField(label="说明", max_length=200, required=False)


class DeclineForm(forms.Form):
    """A firm needs no reason."""

    answer = forms.CharField(label="想说的话", max_length=200, required=False)


class RevealForm(forms.Form):
    """Why a telephone number is looked at (R-73)."""

    reason = forms.CharField(max_length=100)
