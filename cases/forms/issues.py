"""共性问题的表单（R-31）：确认、不作共性、增减、统一答复、政策建议。"""

from typing import Any

from django import forms

from cases.enums import IssueState, Outcome
from cases.forms.fields import FilesField
from cases.forms.particulars import PICK, date_field, handling_units
from cases.models import Case, CommonIssue
from cases.services.issue_answers import ACCOUNT_MOST, Answer
from cases.services.issues import DECISION_MOST, SUMMARY_MOST, TITLE_MOST, Confirmation
from cases.services.policy_proposals import PROPOSAL_MOST, RESULT_MOST


def _words(label, most, *, rows=3, required=True, hint=""):
    return forms.CharField(
        label=label, max_length=most, required=required, help_text=hint, widget=forms.Textarea(attrs={"rows": rows}),
        error_messages={"required": f"请写明{label}。", "max_length": f"最多 {most} 字，现在 %(show_value)d 字。"},
    )  # fmt: skip


class IssueForm(forms.Form):
    """知道是哪一个、谁在填。"""

    def __init__(self, data=None, files=None, *, issue, user):
        self.issue, self.user = issue, user
        super().__init__(data, files)
        self.prepare()

    def prepare(self):
        """子类在这里定选项和先填上的。"""


class ConfirmForm(IssueForm):
    """留下哪几件、叫什么、谁统一办。"""

    title = forms.CharField(label="题目", max_length=TITLE_MOST, error_messages={"required": "请写题目。"})
    summary = _words("共同的情况", SUMMARY_MOST, required=False, hint="各家一样的地方；企业看不到。")
    lead: Any = forms.ModelChoiceField(
        None, label="统一由谁办", empty_label=PICK, error_messages={"required": "请选择统一办理的单位。"}
    )
    decision = forms.CharField(label="确认意见", max_length=DECISION_MOST, required=False)
    cases = forms.MultipleChoiceField(label="留下哪几件", required=False, widget=forms.CheckboxSelectMultiple)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def prepare(self):
        """勾选的是现在列着的；主办先填类别的常办单位。"""
        self.fields["lead"].queryset = handling_units()
        known = list(self.issue.members.candidates().order_by("pk").values_list("case", flat=True))
        self.fields["cases"].choices = [(str(pk), pk) for pk in known]
        self.initial = {
            "title": self.issue.title, "summary": self.issue.summary, "lead": _usual_lead(self.issue),
            "seen": ",".join(map(str, known)), "cases": [str(pk) for pk in known],
        }  # fmt: skip

    def confirmation(self):
        """交给服务的。"""
        said = self.cleaned_data
        seen = [int(pk) for pk in said["seen"].split(",") if pk.isdecimal()]
        return Confirmation(
            said["title"], said["summary"], said["lead"], [int(pk) for pk in said["cases"]], seen, said["decision"]
        )


def _usual_lead(issue):
    """多数已经交给谁，就由谁；都没有交办的，看类别的常办单位。"""
    leads = [lead for lead in issue.members.filter(left_at=None).values_list("case__lead", flat=True) if lead]
    if leads:
        return max(sorted(set(leads)), key=leads.count)
    return issue.category.default_lead_id if issue.category else None


class DismissForm(IssueForm):
    """为什么不是。"""

    decision = _words("为什么不作共性", DECISION_MOST, rows=2, hint="同样的几件不再提，除非后来又多出一批。")


class AddForm(IssueForm):
    """手工添一件。"""

    number = forms.CharField(label="问题编号", max_length=24, error_messages={"required": "请写问题编号。"})

    def clean_number(self):
        """看得到的才找得到。"""
        found = Case.objects.visible_to(self.user).filter(number__iexact=self.cleaned_data["number"].strip()).first()
        if found is None:
            raise forms.ValidationError("没有找到这个编号的问题。")
        return found


class RemoveForm(IssueForm):
    """移出哪一件、为什么。"""

    case: Any = forms.ModelChoiceField(None, widget=forms.HiddenInput)
    note = forms.CharField(label="理由", max_length=300, required=False)

    def prepare(self):
        """只能是看得到的。"""
        self.fields["case"].queryset = Case.objects.visible_to(self.user)


class AnswerForm(IssueForm):
    """一份答复，答复每一家。"""

    account = _words("怎么统一办理的", ACCOUNT_MOST, rows=5, hint="每一家在自己的问题页上看到这段话，看不到别家。")
    outcome = forms.ChoiceField(
        label="办理结果",
        choices=Outcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "请选择办理结果。"},
    )
    promised_on = date_field("承诺哪天办成", required=False, hint="正在解决、列入计划的要写。")
    files = FilesField(label="佐证", help_text="每一件都附上这些。")  # type: ignore[assignment]  # BaseForm has the uploads

    def answer(self):
        """交给服务的。"""
        said = self.cleaned_data
        return Answer(said["account"], said["outcome"], said["promised_on"], said["files"])


class ProgressForm(IssueForm):
    """一句进展报到每一件。"""

    note = _words("进展", ACCOUNT_MOST, rows=2, hint="各家都会看到。")


class ProposalForm(IssueForm):
    """建议什么、谁落实、哪天前。"""

    proposal = _words("建议什么", PROPOSAL_MOST, hint="从这几件看，该出什么政策、改什么办法。")
    unit: Any = forms.ModelChoiceField(
        None, label="由谁落实", empty_label=PICK, error_messages={"required": "请选择单位。"}
    )
    due_on = date_field("落实期限")

    def prepare(self):
        """写过的带出来改。"""
        self.fields["unit"].queryset = handling_units()
        issue = self.issue
        self.initial = {
            "proposal": issue.proposal, "unit": issue.proposal_unit_id or issue.lead_id, "due_on": issue.proposal_due_on,
        }  # fmt: skip


class ResultForm(IssueForm):
    """落实得怎样。"""

    result = _words("怎么落实的", RESULT_MOST, rows=2, hint="文号、做法、从哪天起。")


class Joining:
    """问题页上列入：只列自己能定的、批处理中的（与 ActionForm 合用）。"""

    def _own_fields(self):
        issues = CommonIssue.objects.visible_to(self.user).filter(state=IssueState.CONFIRMED)
        if not self.user.sees_everything:
            issues = issues.filter(office=self.user.unit_id)
        return {
            "issue": forms.ModelChoiceField(
                issues, label="列入哪个共性问题", empty_label=PICK, error_messages={"required": "请选择共性问题。"}
            )
        }
