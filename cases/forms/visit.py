"""记一次走访（R-13、R-14）：方式、日期、谈了什么、一句话；问题 0 到多个，没有脚本也能一个个加。"""

import secrets
from datetime import timedelta

from django import forms

from cadres.enums import VisitMode, VisitTopic
from cadres.services.visits import VisitEntry
from cases.forms.fields import FilesField, IndentedChoiceField
from cases.models import Case, Category
from cases.services.visiting import Heard
from policies.models import Policy
from policies.services.explaining import GONE

PROBLEMS_MOST = 9
PREFIX = "problems"
COUNT_DIGITS = 4
KEY_DIGITS = 10
TODAY, YESTERDAY, OTHER = "today", "yesterday", "other"
TOPICS = ((VisitTopic.PROBLEM, "有问题"), (VisitTopic.POLICY, "讲政策"), (VisitTopic.NOTHING, "无事"))


class DayInput(forms.DateInput):
    """浏览器自己的日历。"""

    input_type = "date"

    def __init__(self, **kwargs):
        super().__init__(format="%Y-%m-%d", **kwargs)


class PoliciesField(forms.ModelMultipleChoiceField):
    """勾选的几项政策；认不得的主键（写坏的、太长的）和刚刚废止的一样说。"""

    default_error_messages = {"invalid_choice": GONE, "invalid_pk_value": GONE}

    def clean(self, value):
        """数据库放不下的数不拿去问。"""
        if any(not str(key).isdecimal() or len(str(key)) >= KEY_DIGITS for key in value or ()):
            raise forms.ValidationError(GONE)
        return super().clean(value)


class VisitForm(forms.Form):
    """一次走访。照片、地点从不是条件（R-13）。"""

    token = forms.CharField(widget=forms.HiddenInput, required=False, max_length=36)
    confirmed = forms.CharField(widget=forms.HiddenInput, required=False)
    mode = forms.ChoiceField(
        label="方式",
        choices=VisitMode.choices,
        initial=VisitMode.ON_SITE,
        widget=forms.RadioSelect,
        error_messages={"required": "请选走访方式。"},
    )
    day = forms.ChoiceField(
        label="日期", initial=TODAY, widget=forms.RadioSelect, error_messages={"required": "请选日期。"}
    )
    visited_on = forms.DateField(
        label="哪一天",
        required=False,
        widget=DayInput,
        error_messages={"invalid": "日期写成 2026-11-20 这样。"},
    )
    topic = forms.ChoiceField(
        label="谈了什么",
        choices=TOPICS,
        widget=forms.RadioSelect,
        error_messages={"required": "请选一项：有问题、讲政策，或无事。"},
    )
    note = forms.CharField(
        label="一句话",
        max_length=500,
        required=False,
        error_messages={"max_length": "最多 500 字；细节可以写进下面的问题里。"},
    )
    explained = PoliciesField(Policy.objects.none(), label="讲了哪些政策", required=False)
    policies_explained = forms.CharField(
        label="别的政策",
        max_length=300,
        required=False,
        help_text="政策库里没有的，写名称",
        error_messages={"max_length": "最多 300 字。"},
    )
    place = forms.CharField(label="地点", max_length=100, required=False)
    photos = FilesField(label="现场照片", required=False)

    def __init__(self, data=None, files=None, *, today, **options):
        super().__init__(data, files, **options)
        self.today = today
        self.fields["explained"].queryset = Policy.objects.valid_on(today).defer("body")
        self.fields["day"].choices = (
            (TODAY, f"今天 {today:%m-%d}"),
            (YESTERDAY, "昨天"),
            (OTHER, "别的日子"),
        )
        self.fields["visited_on"].widget.attrs["max"] = f"{today:%Y-%m-%d}"
        self.initial.setdefault("token", secrets.token_urlsafe(24))

    def clean(self):
        """今天、昨天，或写明的一天。走访过的日子不会在以后。"""
        said = super().clean()
        on = {TODAY: self.today, YESTERDAY: self.today - timedelta(days=1)}.get(said.get("day"), said.get("visited_on"))
        if said.get("day") == OTHER and on is None and "visited_on" not in self.errors:
            self.add_error("visited_on", "请写是哪一天。")
        elif on and on > self.today:
            self.add_error("visited_on", "走访日期不能晚于今天；还没去的请用“预约走访”。")
        said["on"] = on
        if said.get("topic") == VisitTopic.POLICY and not (
            said.get("note") or said.get("policies_explained") or said.get("explained")
        ):
            self.add_error("note", "讲了哪项政策？勾选一项，或写一句。")
        return said

    def entry(self, firm):
        """交给服务的走访。"""
        said = self.cleaned_data
        return VisitEntry(
            enterprise=firm,
            visited_on=said["on"],
            token=said["token"] or None,
            policy_keys=tuple(policy.pk for policy in said["explained"]),
            **{name: said[name] for name in ("mode", "topic", "note", "policies_explained", "place")},
        )


class ProblemForm(forms.Form):
    """听到的一个问题：一段话；类别按内容推断，可改；像已有的一件就跟进那一件。"""

    text = forms.CharField(
        label="问题描述",
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"max_length": "一个问题最多 4000 字，请分开写。"},
    )
    category = IndentedChoiceField(Category.objects.none(), label="类别", required=False, empty_label="按内容推断")
    same = forms.ModelChoiceField(Case.objects.none(), required=False, widget=forms.HiddenInput)
    files = FilesField(label="照片", required=False)  # type: ignore[assignment]  # as in forms/report.py

    def __init__(self, *args, firm, user, **options):
        super().__init__(*args, **options)
        self.fields["category"].queryset = Category.objects.filter(is_active=True).select_related("parent")
        self.fields["same"].queryset = Case.objects.visible_to(user).open().filter(enterprise=firm)
        self.fields["same"].error_messages["invalid_choice"] = "要跟进的那一件已经结束，请作为新问题上报。"

    def has_changed(self):
        """没写字、没附照片的一格就当没有。"""
        return bool(self.data.get(self.add_prefix("text"), "").strip() or self.files.getlist(self.add_prefix("files")))

    def clean(self):
        """照片总是说明某个问题的。"""
        said = super().clean()
        if said.get("files") and not said.get("text"):
            self.add_error("text", "请写一句是什么问题，或去掉这一格的照片。")
        return said

    def heard(self):
        """交给服务的问题。"""
        said = self.cleaned_data
        return Heard(said["text"], said.get("category"), said.get("same"), said.get("files") or ())


class ProblemSet:
    """几格问题。`problems-count` 格；没有脚本时用按钮加减，有脚本时在页面上加减（可以有空号）。"""

    def __init__(self, data=None, files=None, *, firm, user, rows=None):
        self.extras = {"firm": firm, "user": user, "use_required_attribute": False}
        if data is None:
            rows = [{}] if rows is None else rows
            self.forms = [ProblemForm(prefix=f"{PREFIX}-{n}", initial=row, **self.extras) for n, row in enumerate(rows)]
            return
        said = data.get(f"{PREFIX}-count", "")
        count = min(int(said), PROBLEMS_MOST) if said.isdecimal() and len(said) < COUNT_DIGITS else 0
        self.forms = [ProblemForm(data, files, prefix=f"{PREFIX}-{n}", **self.extras) for n in range(count)]

    @property
    def blank(self):
        """给脚本照着加的一格。"""
        return ProblemForm(prefix=f"{PREFIX}-__n__", **self.extras)

    @property
    def most(self):
        """最多几格。"""
        return PROBLEMS_MOST

    @property
    def filled(self):
        """写了东西的几格。"""
        return [form for form in self.forms if form.is_bound and form.has_changed()]

    def is_valid(self):
        """写了的每一格都要对；每一格都查，错误一次说全。"""
        return not [form for form in self.filled if not form.is_valid()]

    def demand_one(self, form):
        """选了「有问题」却一格也没写：说在该写的地方。"""
        message = "选了“有问题”，请写是什么问题。"
        if self.forms:
            self.forms[0].add_error("text", message)
        else:
            form.add_error("topic", message)

    def reshaped(self, *, drop="", add=False):
        """没有脚本时加一格或去一格：写过的都留着，照片要重新选。"""
        names = ("text", "category", "same")
        kept = [form for form in self.forms if form.prefix != f"{PREFIX}-{drop}"]
        rows = [{name: form.data.get(form.add_prefix(name), "") for name in names} for form in kept]
        if add and len(rows) < PROBLEMS_MOST:
            rows.append({})
        return ProblemSet(firm=self.extras["firm"], user=self.extras["user"], rows=rows)
