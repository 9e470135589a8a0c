"""对接活动的表单（R-63）：登记、邀请、报名、到场、结果、回访、种类，列表上面的筛选。"""

from datetime import datetime

from django import forms
from django.utils import timezone

from cadres.enums import UnitKind
from cadres.models import Unit
from enterprises.models import Enterprise, Region
from policies.enums import ResultKind, ResultStage
from policies.models import EventKind
from policies.rules.results import BEFORE, IN_MONEY, SAID, UNITS
from policies.services.events import EventDraft, Outcome, firms_within, is_city_office
from zhuqi.kernel.inputs import AmountField, DayInput

HOSTS = (UnitKind.DEPARTMENT, UnitKind.OFFICE, UnitKind.COUNTY, UnitKind.FINANCE, UnitKind.UTILITY)
SHOWN = 5
NO_DAY = "日期请写成 2026-12-03 这样。"


class EventForm(forms.Form):
    """一场活动。`revision` 认得出旧页面。"""

    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)
    title = forms.CharField(label="活动名称", max_length=80, error_messages={"required": "请写活动名称。"})
    kind = forms.ModelChoiceField(
        EventKind.objects.filter(is_active=True),
        label="种类",
        empty_label="（请选）",
        error_messages={"required": "请选种类。"},
    )
    held_on = forms.DateField(
        label="哪天办", widget=DayInput, error_messages={"required": "请写哪天办。", "invalid": NO_DAY}
    )
    held_time = forms.TimeField(
        label="几点开始", initial="09:00", widget=forms.TextInput(attrs={"inputmode": "numeric", "placeholder": "09:00"}),
        error_messages={"required": "请写几点开始。", "invalid": "时间请写成 09:00 这样。"},
    )  # fmt: skip
    place = forms.CharField(label="地点", max_length=80, error_messages={"required": "请写地点。"})
    unit = forms.ModelChoiceField(Unit.objects.none(), label="主办单位", empty_label="（请选）")
    region = forms.ModelChoiceField(
        Region.objects.none(),
        label="只邀哪个县（市、区）",
        required=False,
        empty_label="全市",
        help_text="不选就是全市的企业",
    )
    seats = forms.IntegerField(
        label="名额", required=False, min_value=0, max_value=5000, help_text="空着或写 0 就是不限；满了进候补"
    )
    sign_up_until_on = forms.DateField(
        label="报名截止",
        widget=DayInput,
        required=False,
        help_text="空着就是活动开始前都能报",
        error_messages={"invalid": NO_DAY},
    )
    told = forms.CharField(
        label="内容", max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="给企业看的：谈什么、谁来、要带什么",
    )  # fmt: skip

    def __init__(self, *args, user, event=None, **kwargs):
        kwargs.setdefault("initial", _initial_of(event) if event else {"unit": user.unit_id})
        super().__init__(*args, **kwargs)
        if is_city_office(user):
            self.fields["unit"].queryset = Unit.objects.filter(is_active=True, kind__in=HOSTS)
        else:
            del self.fields["unit"]
        self.fields["region"].queryset = Region.objects.within_sight_of(user)
        self.user = user
        if event and not event.kind.is_active:
            self.fields["kind"].queryset = EventKind.objects.filter(pk=event.kind_id) | self.fields["kind"].queryset

    def draft(self, rows):
        """交给服务的。"""
        said = dict(self.cleaned_data)
        naive = datetime.combine(said.pop("held_on"), said.pop("held_time"))
        said.pop("revision", None)
        conditions = tuple(row.cleaned_data["condition"] for row in rows if row.cleaned_data.get("condition"))
        said |= {"seats": said["seats"] or 0, "held_at": timezone.make_aware(naive), "conditions": conditions}
        return EventDraft(**({"unit": self.user.unit} | said))


def _initial_of(event):
    held = timezone.localtime(event.held_at)
    names = ("title", "place", "seats", "sign_up_until_on", "told", "revision")
    return {name: getattr(event, name) for name in names} | {
        "kind": event.kind_id, "unit": event.unit_id, "region": event.region_id, "held_on": held.date(),
        "held_time": f"{held:%H:%M}",
    }  # fmt: skip


class CancelForm(forms.Form):
    """取消。"""

    why = forms.CharField(
        label="为什么取消",
        max_length=200,
        help_text="报了名的企业会看到",
        error_messages={"required": "请写取消的原因。"},
    )


class InviteForm(forms.Form):
    """发邀请：刚才看到几家，要不要连缺资料的一起。"""

    expected = forms.IntegerField(required=False, widget=forms.HiddenInput)
    with_unknown = forms.BooleanField(label="缺资料的也一起邀", required=False)


class FirmField(forms.CharField):
    """写名称或信用代码，找到一家；几家都像就列出来请写全。"""

    def __init__(self, **options):
        super().__init__(**({"max_length": 100, "error_messages": {"required": "请写企业名称或信用代码。"}} | options))
        self.firms = Enterprise.objects.none()

    def clean(self, value):
        """在够得着的企业里找。"""
        words = super().clean(value).strip()
        if not words:
            return None
        exact = self.firms.filter(name=words).first()
        found = [exact] if exact else list(self.firms.matching(words).order_by("name")[: SHOWN + 1])
        if not found:
            raise forms.ValidationError(f"活动范围内没有“{words}”，请核对名称或信用代码。")
        if len(found) > 1:
            names = "、".join(firm.name for firm in found[:SHOWN])
            raise forms.ValidationError(f"有几家都像：{names}{' 等' if len(found) > SHOWN else ''}，请写全称。")
        return found[0]


class FirmForm(forms.Form):
    """添一家企业：另外邀请，或没报名来了的。"""

    firm = FirmField(label="企业名称或信用代码")

    def __init__(self, *args, event, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["firm"].firms = firms_within(event, user)


class SignUpForm(forms.Form):
    """报名；干部、活动办代报的写哪一家。"""

    wish = forms.CharField(
        label="想对接什么", max_length=200, required=False, help_text="如：流动资金 500 万、招 20 名数控操作工"
    )


class SignUpForForm(FirmForm):
    """主办单位、活动办代报名：企业写名称。"""

    wish = SignUpForm.base_fields["wish"]


class ResultForm(forms.Form):
    """一个结果；记什么由活动的种类定。"""

    enterprise = forms.ModelChoiceField(Enterprise.objects.none(), label="企业", empty_label="（请选到场的企业）")
    stage = forms.ChoiceField(label="哪一步", choices=ResultStage.choices, widget=forms.RadioSelect)
    amount = AmountField(label="金额", required=False)
    heads = forms.IntegerField(label="数量", required=False, min_value=1)
    partner = forms.CharField(label="对方", max_length=100, required=False, help_text="哪家银行、客户、院校")
    happened_on = forms.DateField(
        label="日期", widget=DayInput, error_messages={"required": "请写日期。", "invalid": NO_DAY}
    )
    note = forms.CharField(label="说明", max_length=300, required=False)

    def __init__(self, *args, event, follows=None, today=None, is_lost=False, **kwargs):
        first = {"happened_on": today, "stage": ResultStage.INTENT}
        if follows is not None:
            stage = next((stage for stage, before in BEFORE.items() if before == follows.stage), ResultStage.SIGNED)
            first |= {"enterprise": follows.enterprise_id, "stage": stage, "partner": follows.partner}
        super().__init__(*args, initial=first, **kwargs)
        self.is_lost = is_lost
        self.follows, kind = follows, ResultKind(follows.kind if follows else event.kind.measure)
        came = Enterprise.objects.filter(participations__event=event, participations__attended=True)
        self.fields["enterprise"].queryset = came.order_by("name")
        shown = [
            (stage, SAID[kind][stage].removesuffix("金额").removesuffix("人数").removesuffix("项数"))
            for stage in ResultStage
        ]
        self.fields["stage"].choices = [pair for pair in shown if pair[0] != ResultStage.DELIVERED or follows]
        self.fields.pop("heads" if kind in IN_MONEY else "amount" if kind == ResultKind.JOBS else "none", None)
        if kind in IN_MONEY:
            self.fields["amount"].required = True
            self.fields["amount"].error_messages["required"] = "请写金额，如 300万、1.2亿。"
        if "heads" in self.fields:
            self.fields["heads"].required = True
            self.fields["heads"].error_messages["required"] = f"请写{UNITS[kind]}数，大于 0 的整数。"
            self.fields["heads"].label = f"{UNITS[kind]}数"

    def clean(self):
        """要接着的那一步找不到，就不能当成没有接着的记下。"""
        if self.is_lost:
            raise forms.ValidationError("要接着的那一步找不到了，请从左边那一行再点“接着记”。")
        return self.cleaned_data

    def outcome(self):
        """交给服务的。"""
        return Outcome(**self.cleaned_data, follows=self.follows)


class VoidForm(forms.Form):
    """作废。"""

    reason = forms.CharField(label="为什么作废", max_length=200, error_messages={"required": "请写为什么作废。"})


class FollowUpForm(forms.Form):
    """一次回访。"""

    account = forms.CharField(
        label="回访情况", max_length=2000, widget=forms.Textarea(attrs={"rows": 5}),
        help_text="问了哪几家、走到哪一步、还差什么", error_messages={"required": "请写回访情况。"},
    )  # fmt: skip


class KindForm(forms.Form):
    """一类对接。"""

    name = forms.CharField(label="名称", max_length=20, error_messages={"required": "请写种类的名称。"})
    measure = forms.ChoiceField(label="结果记什么", choices=ResultKind.choices)
    ordering = forms.IntegerField(label="排第几", required=False, min_value=0, max_value=999)
    is_active = forms.BooleanField(label="在用（停用后登记时选不到，以前的照旧）", required=False, initial=True)


class EventFilter(forms.Form):
    """列表上面的筛选。"""

    q = forms.CharField(label="查找", required=False, max_length=60)
    kind = forms.ModelChoiceField(EventKind.objects.all(), label="种类", required=False, empty_label="全部")
    region = forms.ModelChoiceField(Region.objects.all(), label="县（市、区）", required=False, empty_label="全部")
    unit = forms.ModelChoiceField(
        Unit.objects.filter(events__isnull=False).distinct(), label="主办单位", required=False, empty_label="全部"
    )
    year = forms.IntegerField(label="年份", required=False, min_value=2000, max_value=2100)

    def narrow(self, events):
        """照条件筛；填错的不算。"""
        self.is_valid()
        said = getattr(self, "cleaned_data", {})
        for name in ("kind", "region", "unit"):
            if said.get(name):
                events = events.filter(**{name: said[name]})
        if said.get("year"):
            events = events.held_in(said["year"])
        return events.filter(title__icontains=said["q"]) if said.get("q") else events


class RowsFilter(forms.Form):
    """年度合计里一个数后面的那些行。"""

    year = forms.IntegerField(min_value=2000, max_value=2100)
    what = forms.ChoiceField(choices=[("attended", "到场企业"), ("results", "结果")])
    kind = forms.ModelChoiceField(EventKind.objects.all(), required=False)
    region = forms.ModelChoiceField(Region.objects.all(), required=False)
    measure = forms.ChoiceField(choices=[("", ""), *ResultKind.choices], required=False)
    stage = forms.ChoiceField(choices=[("", ""), *ResultStage.choices], required=False)
