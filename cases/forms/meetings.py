"""会议的表单（R-55）：筹备、添议题、纪要草稿。"""

from datetime import datetime

from django import forms
from django.utils import timezone

from cadres.enums import Role
from cadres.models import Unit, User
from cases.enums import MeetingKind, Resolution
from cases.forms.particulars import PICK, date_field
from cases.models import Case
from cases.services.meetings import TITLE_MOST, MeetingPlan
from cases.services.minutes import (
    ATTENDED_MOST,
    DECISION_MOST,
    OPENING_MOST,
    RESULT_MOST,
    ItemDraft,
    MinutesDraft,
    possible,
)

USUAL_TIME = "09:00"


class ChairField(forms.ModelChoiceField):
    """姓名加职务。"""

    def label_from_instance(self, obj):
        """秦副市长（副市长 · 要素保障专项工作小组）。"""
        said = " · ".join(filter(None, (obj.post, str(obj.unit or ""))))
        return f"{obj.name}（{said}）" if said else obj.name


def leaders_for(user):
    """能主持这个活动办的会的领导。"""
    rows = User.objects.filter(role=Role.LEADER, is_active=True).select_related("unit")
    own = rows.filter(unit__region=None) if user.sees_everything else rows.filter(unit__region__in=user.region_ids)
    return own.order_by("unit__ordering", "pk")


class MeetingForm(forms.Form):
    """哪种会、几时、在哪里、谁主持。"""

    kind = forms.ChoiceField(label="开哪种会", choices=MeetingKind.choices)
    held_on = date_field("开会日期")
    held_time = forms.TimeField(
        label="开会时间", widget=forms.TextInput(attrs={"inputmode": "numeric", "placeholder": USUAL_TIME}),
        initial=USUAL_TIME, help_text="如 09:00。",
        error_messages={"required": "请写开会时间。", "invalid": "时间请写成 09:00 这样。"},
    )  # fmt: skip
    place = forms.CharField(label="地点", max_length=60, required=False)
    chair = ChairField(
        User.objects.none(), label="主持", required=False, empty_label="还没定",
        help_text="会上议定的批示以主持领导的名义发出，没有主持就不能批示。",
        error_messages={"invalid_choice": "请选本级在任的领导。"},
    )  # fmt: skip

    def __init__(self, *args, user, **options):
        super().__init__(*args, **options)
        self.fields["chair"].queryset = leaders_for(user)

    def plan(self):
        """交给服务的。"""
        said = self.cleaned_data
        naive = datetime.combine(said["held_on"], said["held_time"])
        held_at = timezone.make_aware(naive, timezone.get_current_timezone())
        return MeetingPlan(said["kind"], held_at, said["place"], said["chair"])

    @staticmethod
    def initial_of(meeting):
        """改的时候先填上现在的。"""
        held = timezone.localtime(meeting.held_at)
        return {
            "kind": meeting.kind, "held_on": held.date(), "held_time": f"{held:%H:%M}", "place": meeting.place,
            "chair": meeting.chair_id,
        }  # fmt: skip


class AddItemForm(forms.Form):
    """添一项：写编号就是那一件，写别的就是题目。"""

    what = forms.CharField(
        label="添一项", max_length=TITLE_MOST, help_text="写问题编号（如 XC-2026-1014），或者直接写题目。",
        error_messages={"required": "请写问题编号或题目。", "max_length": f"题目最多 {TITLE_MOST} 字。"},
    )  # fmt: skip

    def __init__(self, *args, user, **options):
        super().__init__(*args, **options)
        self.user, self.case = user, None

    def clean_what(self):
        """像编号的按编号找；找不到就说，不当题目记。"""
        said = self.cleaned_data["what"].strip()
        number = said.upper()
        if number.isascii() and "-" in number:
            self.case = Case.objects.visible_to(self.user).filter(number=number).first()
            if self.case is None:
                raise forms.ValidationError(f"没有编号为 {number} 的问题，请核对。")
        return said


class UnitNameField(forms.CharField):
    """单位写名称：二十几项议题各放一个下拉，页面就太重了。"""

    def __init__(self, units, **options):
        super().__init__(**options)
        self.units = units

    def clean(self, value):
        """全称、简称都认；空着就是没写。"""
        said = super().clean(value).strip()
        if said and said not in self.units:
            raise forms.ValidationError("没有这个单位，请从提示里选。")
        return self.units.get(said)


def units_by_name():
    """能落实的单位：全称和简称都是键。"""
    rows = Unit.objects.filter(is_active=True).order_by("ordering", "pk")
    return {name: unit for unit in rows for name in (unit.name, unit.short_name) if name}


class MinutesForm(forms.Form):
    """一次会的全部纪要；一项四栏，名字带着议题主键。"""

    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)
    attended = forms.CharField(
        label="出席", required=False, max_length=ATTENDED_MOST, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="谁到会，谁列席。",
    )  # fmt: skip
    opening = forms.CharField(
        label="会议要求", required=False, max_length=OPENING_MOST, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="印在纪要开头；可不填。",
    )  # fmt: skip

    def __init__(self, *args, meeting, items, **options):
        super().__init__(*args, **options)
        self.meeting, self.items, self.theirs = meeting, items, {}
        self.units = units_by_name()
        self.initial |= {"revision": meeting.revision, "attended": meeting.attended, "opening": meeting.opening}
        for item in items:
            self._add(item)

    def _add(self, item):
        lead = item.case.lead if item.case else None
        offered = possible(item.case, has_chair=self.meeting.chair_id is not None)
        values = [*offered, *([Resolution(item.resolution)] if item.resolution else [])]
        choices = [(one.value, one.label) for one in Resolution if one in values]
        fields = {
            "resolution": forms.ChoiceField(label="怎么定", required=False, choices=[("", PICK), *choices],
                                            error_messages={"invalid_choice": "情况已变，不能再这样定，请重新选择。"}),
            "decision": forms.CharField(label="议定事项", required=False, max_length=DECISION_MOST,
                                        widget=forms.Textarea(attrs={"rows": 2})),
            "unit": UnitNameField(self.units, label="由谁落实", required=False, max_length=60,
                                  widget=forms.TextInput(attrs={
                                      "list": "meeting-units", "autocomplete": "off", "placeholder": str(lead or ""),
                                  })),
            "due_on": date_field("哪天前", required=False),
        }  # fmt: skip
        for name, field in fields.items():
            self.fields[f"{name}_{item.pk}"] = field
        self.initial |= {
            f"resolution_{item.pk}": item.resolution, f"decision_{item.pk}": item.decision,
            f"unit_{item.pk}": item.unit.name if item.unit else "", f"due_on_{item.pk}": item.due_on,
        }  # fmt: skip

    def parts(self, item):
        """这一项的四栏，按名字取。"""
        return {name: self[f"{name}_{item.pk}"] for name in ("resolution", "decision", "unit", "due_on")}

    def draft(self):
        """交给服务的。"""
        said = self.cleaned_data
        items = {
            item.pk: ItemDraft(**{name: said[f"{name}_{item.pk}"] for name in ("resolution", "decision", "unit", "due_on")})
            for item in self.items
        }  # fmt: skip
        return MinutesDraft(said["attended"], said["opening"], items)

    def take_conflict(self, refusal, meeting):
        """别人先存了：写的都留着，别人存的写在旁边；看过再存就以这一页为准。"""
        self.add_error(None, refusal.message)
        for name, now in self.initial.items():
            typed = self.data.get(name, "")
            if name != "revision" and str(now or "") != typed.strip():
                self.theirs[name] = str(now or "") or "（空）"
        self.data = self.data.copy()
        self.data["revision"] = str(meeting.revision)

    def take_refusal(self, refusal):
        """规则不许：哪一栏不对标在哪一栏。"""
        errors = {name: said for name, said in getattr(refusal, "errors", {}).items() if name in self.fields}
        for name, said in errors.items():
            self.add_error(name, said)
        if not errors:
            self.add_error(None, refusal.message)
        self.data = self.data.copy()
        self.data["revision"] = str(self.meeting.revision)


class ResultForm(forms.Form):
    """填报落实情况。"""

    result = forms.CharField(
        label="落实情况", max_length=RESULT_MOST, widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "请写落实情况。", "max_length": f"最多 {RESULT_MOST} 字，现在 %(show_value)d 字。"},
    )  # fmt: skip
