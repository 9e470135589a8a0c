"""包联、走访、对接活动、三单没有自己的清单页：台账页就是，筛选在这里（R-54）。填错的当没填。"""

from django import forms
from django.db.models import Q

from cadres.enums import AssignmentRole, Role, VisitMode, VisitTopic
from cadres.models import Assignment, Unit, Visit
from cases import queries
from cases.enums import TicketKind, TicketState
from enterprises.models import Enterprise, Region
from policies.enums import EventState
from policies.models import EventKind, MatchEvent
from zhuqi.kernel.lists import Listed, shows


class LedgerFilter(forms.Form):
    """都有的：企业、县（市、区）、起止日期。`day` 是哪一列的日期。"""

    q = forms.CharField(label="企业", required=False, max_length=60)
    region = forms.ModelChoiceField(Region.objects.none(), label="县（市、区）", required=False, empty_label="全部")
    since = forms.DateField(label="自", required=False)
    until = forms.DateField(label="至", required=False)
    day = ""
    plain: tuple[tuple[str, str], ...] = ()

    def __init__(self, data=None, *, user):
        super().__init__(data)
        self.fields["region"].queryset = Region.objects.within_sight_of(user)
        if "unit" in self.fields:
            self.fields["unit"].queryset = Unit.objects.filter(is_active=True)

    @property
    def chosen(self):
        """填对了的条件。"""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value not in {None, ""}}

    def narrow(self, rows):
        """照条件筛。"""
        chosen = self.chosen
        rows = rows.filter(**{path: chosen[name] for name, path in self.plain if name in chosen})
        if "since" in chosen:
            rows = rows.filter(**{f"{self.day}__gte": chosen["since"]})
        if "until" in chosen:
            rows = rows.filter(**{f"{self.day}__lte": chosen["until"]})
        return rows.filter(self.words_q(chosen["q"])) if "q" in chosen else rows

    def words_q(self, words):
        """企业的名称、拼音首字母、代码；行已经过了 `visible_to`。"""
        firms = Enterprise.objects.order_by().matching(words)
        return Q(enterprise__in=firms.values("pk"))


class AssignmentFilter(LedgerFilter):
    """包联。"""

    role = forms.ChoiceField(label="身份", required=False, choices=[("", "全部"), *AssignmentRole.choices])
    state = forms.ChoiceField(label="状态", required=False, choices=[("", "现任"), ("past", "已结束"), ("all", "全部")])
    unit = forms.ModelChoiceField(Unit.objects.none(), label="干部单位", required=False, empty_label="全部")
    day = "from_on"
    plain = (("region", "enterprise__region"), ("role", "role"), ("unit", "cadre__unit"))

    def narrow(self, rows):
        """不选状态就是现任。"""
        state = self.chosen.get("state", "")
        rows = super().narrow(rows)
        return rows if state == "all" else rows.filter(to_on__isnull=state == "")


class VisitFilter(LedgerFilter):
    """走访。"""

    mode = forms.ChoiceField(label="方式", required=False, choices=[("", "全部"), *VisitMode.choices])
    topic = forms.ChoiceField(label="主要情况", required=False, choices=[("", "全部"), *VisitTopic.choices])
    unit = forms.ModelChoiceField(Unit.objects.none(), label="干部单位", required=False, empty_label="全部")
    day = "visited_on"
    plain = (("region", "enterprise__region"), ("mode", "mode"), ("topic", "topic"), ("unit", "unit"))


class TicketFilter(LedgerFilter):
    """三单。"""

    kind = forms.ChoiceField(label="单别", required=False, choices=[("", "全部"), *TicketKind.choices])
    state = forms.ChoiceField(
        label="状态",
        required=False,
        choices=[("", "全部"), (TicketState.ISSUED.value, "有效"), (TicketState.VOID.value, "已作废")],
    )
    unit = forms.ModelChoiceField(Unit.objects.none(), label="主送", required=False, empty_label="全部")
    day = "issued_at__date"
    plain = (("region", "case__region"), ("kind", "kind"), ("state", "state"), ("unit", "to_unit"))

    def words_q(self, words):
        """企业，或者编号。"""
        firms = Enterprise.objects.order_by().matching(words)
        return Q(case__enterprise__in=firms.values("pk")) | Q(number__icontains=words)


class EventFilter(LedgerFilter):
    """对接活动。"""

    q = forms.CharField(label="活动", required=False, max_length=60)
    kind = forms.ModelChoiceField(EventKind.objects.all(), label="种类", required=False, empty_label="全部")
    state = forms.ChoiceField(label="状态", required=False, choices=[("", "全部"), *EventState.choices])
    unit = forms.ModelChoiceField(Unit.objects.none(), label="主办单位", required=False, empty_label="全部")
    day = "held_at__date"
    plain = (("region", "region"), ("kind", "kind"), ("state", "state"), ("unit", "unit"))

    def words_q(self, words):
        """活动名称。"""
        return Q(title__icontains=words)


@shows("assignments")
def listed_assignments(user, params, today):
    """包联：先按县区、再按企业；承办单位只看本单位干部的（R-03：单位只看企业的基本情况）。"""
    form = AssignmentFilter(params, user=user)
    rows = Assignment.objects.visible_to(user)
    if user.role == Role.UNIT:
        rows = rows.filter(cadre__unit=user.unit_id)
    return Listed(
        form, form.chosen, form.narrow(rows).order_by("enterprise__region__ordering", "enterprise__name", "pk")
    )


@shows("visits")
def listed_visits(user, params, today):
    """走访：新的在前；承办单位只看本单位干部的。"""
    form = VisitFilter(params, user=user)
    rows = Visit.objects.visible_to(user)
    if user.role == Role.UNIT:
        rows = rows.filter(unit=user.unit_id)
    return Listed(form, form.chosen, form.narrow(rows).order_by("-visited_on", "-pk"))


@shows("tickets")
def listed_tickets(user, params, today):
    """编了号的单：新签发的在前。"""
    form = TicketFilter(params, user=user)
    rows = queries.tickets(user).filter(number__isnull=False)
    return Listed(form, form.chosen, form.narrow(rows).order_by("-issued_at", "-pk"))


@shows("events")
def listed_events(user, params, today):
    """对接活动：近的在前。"""
    form = EventFilter(params, user=user)
    rows = MatchEvent.objects.visible_to(user)
    return Listed(form, form.chosen, form.narrow(rows).order_by("-held_at", "-pk"))
