"""Form inputs that several apps share."""

from django import forms


class DayInput(forms.DateInput):
    """The browser's own calendar."""

    input_type = "date"

    def __init__(self, **kwargs):  # type: ignore[no-untyped-def]  # Django's own arguments
        super().__init__(format="%Y-%m-%d", **kwargs)
