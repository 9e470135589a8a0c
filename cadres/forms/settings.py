"""One form for all defaults an office may change; fields come from cadres/defaults.py."""

from django import forms

from cadres.defaults import DEFAULTS, Default
from cadres.enums import DayShift

WORDS: dict[str, dict] = {"double_ten_shift": dict(DayShift.choices)}
GROUPS = (
    ("编号", ("case_prefix",)),
    ("走访不扰企", ("over_visit_units", "over_visit_days", "over_visit_month")),
    (
        "双十工作日",
        ("double_ten_shift", "contact_days_before", "contact_days_after", "duty_reminder_days", "gap_list_days"),
    ),
    ("例会和批示", ("agenda_most", "meeting_project", "meeting_investment", "instruction_days")),
    ("站外消息", ("message_hourly_most", "message_quiet_from", "message_quiet_to", "message_failures")),
    (
        "回头看",
        ("look_back_share", "look_back_first", "look_back_second", "look_back_days", "look_back_most"),
    ),
)


class SettingsForm(forms.Form):
    """Values now; hints say the default and the rule."""

    def __init__(self, *args, values: dict[str, int | str], **kwargs):
        super().__init__(*args, **kwargs)
        for key, default in DEFAULTS.items():
            self.fields[key] = _field(key, default, values[key])

    def groups(self):
        """Fields under their headings; what no group names comes last."""
        named = {key for _, keys in GROUPS for key in keys}
        rest = tuple(key for key in DEFAULTS if key not in named)
        for title, keys in (*GROUPS, ("其他", rest)):
            fields = [self[key] for key in keys if key in self.fields]
            if fields:
                yield title, fields


def _field(key: str, default: Default, now: int | str) -> forms.Field:
    shown = WORDS.get(key, {}).get(default.value, default.value)
    unit = f"个{default.unit}" if default.unit == "工作日" else default.unit
    hint = f"默认 {shown} {unit}".strip()
    if isinstance(default.value, int):
        return forms.IntegerField(
            label=default.label, initial=now, help_text=hint, min_value=default.least, max_value=default.most
        )
    if default.choices:
        choices = [(value, WORDS.get(key, {}).get(value, value)) for value in default.choices]
        return forms.ChoiceField(label=default.label, initial=now, help_text=hint, choices=choices)
    return forms.CharField(label=default.label, initial=now, help_text=hint, max_length=40)
