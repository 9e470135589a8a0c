"""问题列表的筛选（页面「问题」）：条件都在网址里，可以收藏、可以从任何数字点进来。"""

from datetime import date, datetime, time, timedelta

from django import forms
from django.db.models import Q
from django.utils import timezone

from cadres.enums import Role
from cadres.models import Unit
from cases.enums import ENDED, FIRM_MARKS, FIRM_WORDS, Level, Source, Status, Tier
from cases.forms.fields import IndentedChoiceField
from cases.models import Case, Category
from cases.queries import NEAR
from cases.services.index import CASES
from enterprises.models import Enterprise, Region
from enterprises.services.index import FIRMS
from zhuqi.kernel.bigrams import phrases
from zhuqi.kernel.lists import Listed, shows

KEY_MOST = 9  # digits of a key in an address; more is nonsense
SHELVED_LONG = timedelta(days=60)
FLAGS = (
    ("open", "在办"),
    ("overdue", "已逾期"),
    ("near", "两天内到期"),
    ("urged", "催办过"),
    ("inquiry", "问效"),
    ("shelved60", "挂账超过 60 天"),
    ("bad", "有差评"),
    ("reopened", "重新打开过"),
    ("coordination", "等待会商"),
    ("legal", "涉法涉诉"),
    ("ended", "已结束"),
)
# Who was rated badly is the office's and its leaders' to know (R-28).
# What goes on between offices and units is not the firm's to sort by.
INSIDE = frozenset(Role) - {Role.ENTERPRISE}
FLAGS_KEPT_BACK = {
    "bad": frozenset({Role.OFFICE, Role.LEADER, Role.SUPERVISOR, Role.ENTERPRISE}),
    "urged": INSIDE,
    "inquiry": INSIDE,
    "coordination": INSIDE,
}
SORTS = {"": ("-reported_at", "-pk"), "due": ("next_due_on", "pk"), "old": ("reported_at", "pk")}
PLAIN = {name: name for name in ("level", "tier", "source", "region", "enterprise")} | {"unit": "lead"}
DATES = (("reported", "提出"), ("dispatched", "交办"), ("closed", "销号"))


class CaseFilter(forms.Form):
    """所有条件；填错的当没填，不报错页。"""

    q = forms.CharField(label="编号、标题或企业", required=False, max_length=60)
    status = forms.ChoiceField(label="状态", required=False, choices=[("", "全部状态"), *Status.choices])
    flag = forms.ChoiceField(label="情形", required=False, choices=[("", "全部情形"), *FLAGS])
    level = forms.TypedChoiceField(
        label="催问", required=False, coerce=int, empty_value=None, choices=[("", "全部"), *Level.choices]
    )
    tier = forms.ChoiceField(label="级别", required=False, choices=[("", "全部级别"), *Tier.choices])
    category = IndentedChoiceField(Category.objects.none(), label="类别", required=False, empty_label="全部类别")
    unit = forms.ModelChoiceField(Unit.objects.none(), label="主办单位", required=False, empty_label="全部单位")
    region = forms.ModelChoiceField(Region.objects.none(), label="县（市、区）", required=False, empty_label="全市")
    source = forms.ChoiceField(label="来源", required=False, choices=[("", "全部来源"), *Source.choices])
    enterprise = forms.ModelChoiceField(
        Enterprise.objects.none(), label="企业", required=False, widget=forms.HiddenInput
    )
    month = forms.RegexField(r"^20\d{2}-(0[1-9]|1[0-2])$", label="月份", required=False)
    by = forms.ChoiceField(label="月份按", required=False, choices=[("", "提出"), *DATES])
    due = forms.DateField(label="到期不晚于", required=False)
    sort = forms.ChoiceField(
        label="次序", required=False, choices=[("", "新提出的在前"), ("due", "急的在前"), ("old", "早提出的在前")]
    )

    def __init__(self, data=None, *, user):
        super().__init__(data)
        self.user = user
        self.fields["category"].queryset = self._offered(Category, "category").select_related("parent")
        self.fields["unit"].queryset = self._offered(Unit, "unit")
        self.fields["region"].queryset = Region.objects.within_sight_of(user)
        self.fields["enterprise"].queryset = Enterprise.objects.visible_to(user)
        self.fields["flag"].choices = [
            ("", "全部情形"),
            *(flag for flag in FLAGS if user.role in FLAGS_KEPT_BACK.get(flag[0], {user.role})),
        ]
        if user.role == Role.ENTERPRISE:
            del self.fields["level"], self.fields["tier"]
            self.fields["status"].choices = [("", "全部状态"), *_firm_statuses()]

    def _offered(self, model, name):
        """在用的；停用了的还有件要看，网址里写着它就也认。"""
        asked = str(self.data.get(name, ""))
        is_key = asked.isdecimal() and len(asked) <= KEY_MOST
        return (
            model.objects.filter(Q(is_active=True) | Q(pk=int(asked)))
            if is_key
            else model.objects.filter(is_active=True)
        )

    @property
    def chosen(self):
        """填对了的条件。"""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value not in {None, ""}}

    @property
    def more_count(self):
        """折起来的条件里有几条在用。"""
        return len(self.chosen.keys() - {"q", "status", "flag", "sort", "enterprise"})

    def _statuses(self, status):
        """企业选“已交办”，退单待裁定的也在里面。"""
        hidden = [one for one, shown in FIRM_MARKS.items() if shown == status]
        return [status, *(hidden if self.user.role == Role.ENTERPRISE else ())]

    def narrow(self, cases, *, today):
        """照条件筛，并排好次序。"""
        chosen = self.chosen
        cases = cases.filter(**{PLAIN[name]: value for name, value in chosen.items() if name in PLAIN})
        if "status" in chosen:
            cases = cases.filter(status__in=self._statuses(chosen["status"]))
        if "category" in chosen:
            cases = cases.filter(Q(category=chosen["category"]) | Q(category__parent=chosen["category"]))
        if "due" in chosen:
            cases = cases.open().filter(next_due_on__lte=chosen["due"])
        if "flag" in chosen:
            cases = _flagged(cases, chosen["flag"], today)
        if "month" in chosen:
            cases = _in_month(cases, chosen["month"], chosen.get("by") or "reported")
        if "q" in chosen:
            cases = cases.filter(words_q(chosen["q"]))
        return cases.order_by(*SORTS[chosen.get("sort", "")])


@shows("cases")
def listed_cases(user, params, today):
    """问题清单照条件筛出的：页面和台账用的是同一份（R-54）。"""
    chosen = CaseFilter(params, user=user)
    return Listed(chosen, chosen.chosen, chosen.narrow(Case.objects.visible_to(user), today=today))


def _firm_statuses():
    """企业的状态一栏：说法相同的只列一个。"""
    return [(status.value, FIRM_WORDS.get(status, status.label)) for status in Status if status not in FIRM_MARKS]


def _flagged(cases, flag, today):
    narrowings = {
        "open": cases.open,
        "ended": lambda: cases.filter(status__in=ENDED),
        "overdue": lambda: cases.overdue(today),
        "near": lambda: cases.open().filter(next_due_on__gte=today, next_due_on__lte=today + NEAR),
        "urged": lambda: cases.filter(urge_count__gt=0),
        "inquiry": lambda: cases.filter(level=Level.INQUIRY),
        "shelved60": lambda: cases.filter(status=Status.SHELVED, submitted_at__lt=_midnight(today - SHELVED_LONG)),
        "bad": lambda: cases.filter(bad_rating_count__gt=0),
        "reopened": lambda: cases.filter(reopened_count__gt=0),
        "coordination": lambda: cases.open().filter(needs_coordination=True),
        "legal": lambda: cases.filter(is_legal=True),
    }
    return narrowings[flag]()


def _midnight(day):
    return timezone.make_aware(datetime.combine(day, time.min))


def _in_month(cases, month, by):
    first = date(int(month[:4]), int(month[5:]), 1)
    after = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return cases.filter(**{f"{by}_at__gte": _midnight(first), f"{by}_at__lt": _midnight(after)})


def words_q(words):
    """编号、标题、描述、企业名称：每个词都要有（R-62）。用在已经过了 `visible_to` 的案件上，企业不必再查一遍看不看得到。"""
    found = Q()
    for phrase in phrases(words):
        found &= Q(pk__in=CASES.holding(phrase)) | Q(enterprise__in=FIRMS.holding(phrase))
    return found or Q(pk__in=[])
