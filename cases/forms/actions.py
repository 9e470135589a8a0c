"""`form_for(action)`：流程表里每个动作的表单；收件箱、问题页、调度台用的都是它。

用法：`form = form_for(action)(request.POST, request.FILES, case=case, user=user)`，有效时
`services.perform(case, action, actor=user, at=at, **form.details())`。填过的都留着，过期的页面也一样。
"""

from functools import cache

from django import forms

from cases.enums import Action
from cases.forms import arrears, instructing, issues, particulars
from cases.forms.fields import FilesField
from cases.forms.wording import audience_hint, wording
from cases.rules.workflow import TRANSITIONS


class ActionForm(forms.Form):
    """所有动作共有的：修订号（过期就知道）、一段话、文件。"""

    action: Action
    # 交上来才知道这一步已经办不成：那就只把填过的给人看，不再给按钮。
    is_over = False
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data=None, files=None, *, case, user, **options):
        super().__init__(data, files, **options)
        self.case, self.user = case, user
        self.said = wording(self.action)
        self.initial.setdefault("revision", case.revision)
        self.fields.update(self._own_fields())
        if self.said.note:
            self.fields["note"] = self._note_field()
        if self.said.files:
            self.fields["files"] = FilesField(
                label="附件", required=False, help_text="照片、PDF、Word、Excel，可多选。"
            )
        self.arrange()

    def _own_fields(self):
        return {}

    def _note_field(self):
        is_needed = TRANSITIONS[self.action].needs_note
        hint = f"{self.said.hint}{audience_hint(self.action)}" if "企业" not in self.said.hint else self.said.hint
        return forms.CharField(
            label=self.said.note,
            required=is_needed,
            max_length=self.said.most,
            help_text=hint,
            widget=forms.Textarea(attrs={"rows": self.said.rows}),
            error_messages={
                "required": f"请写明{self.said.note}。",
                "max_length": f"最多 {self.said.most} 字，现在 %(show_value)d 字。",
            },
        )

    def arrange(self):
        """子类在这里补栏目、排次序。"""

    def details(self):
        """交给 `services.perform` 的材料。"""
        return {
            name: value for name, value in self.cleaned_data.items() if name not in {"revision", "note", "files"}
        } | {
            "revision": self.cleaned_data.get("revision"),
            "note": self.cleaned_data.get("note", ""),
            "files": self.cleaned_data.get("files", []),
        }

    def take_refusal(self, refusal):
        """规则不许：话留着，哪一栏不对标在哪一栏，其余写在最上面；修订号换成新的，看过还可以再交。"""
        errors = {name: said for name, said in getattr(refusal, "errors", {}).items() if name in self.fields}
        for name, said in errors.items():
            self.add_error(name, said)
        if not errors:
            self.add_error(None, refusal.message)
        if self.files:
            self.add_error("files" if "files" in self.fields else None, "文件要重新选一次。")
        self.data = self.data.copy()
        self.data["revision"] = str(self.case.revision)

    @property
    def loose_files(self):
        """可有可无的附件：收件箱里放在按钮那一行，不占一栏。"""
        return self["files"] if "files" in self.fields and not self.fields["files"].required else None

    @property
    def typed(self):
        """填过的栏目，按人读的样子：[(栏目, 内容)]；文件要重新选，不在里面。"""
        said = ((bound.label, _said(bound)) for bound in self.visible_fields() if bound.name != "files")
        return [(label, words) for label, words in said if words]

    @property
    def is_plain(self):
        """没有一栏要填：给一句说明和一个按钮就够。"""
        return not self.visible_fields()


def _said(bound):
    value = bound.value()
    if isinstance(bound.field, forms.BooleanField):
        return "是" if value else ""
    if not isinstance(bound.field, forms.ChoiceField):
        return str(value or "").strip()
    chosen = {str(one) for one in (value if isinstance(value, list) else [value]) if one}
    return "、".join(str(label).strip() for one, label in bound.field.choices if str(one) in chosen)


_PARTICULARS = {
    Action.ACCEPT: particulars.Acceptance,
    Action.CLASSIFY: particulars.Classification,
    Action.MERGE: particulars.Merging,
    Action.SPLIT: particulars.Splitting,
    Action.PROPOSE: particulars.Plan,
    Action.DISPATCH: particulars.Plan,
    Action.OBJECT: particulars.Objecting,
    Action.ASK_EXTENSION: particulars.Extension,
    Action.SUBMIT: particulars.Submitting,
    Action.PASS_REVIEW: particulars.Reviewing,
    Action.SHELVE: particulars.Reviewing,
    Action.RETURN_REVIEW: particulars.Reviewing,
    Action.ANSWER_URGE: particulars.Promising,
    Action.DRAFT_INQUIRY: particulars.Inquiring,
    Action.RECORD_FINDING: particulars.Finding,
    Action.VOID_TICKET: particulars.Voiding,
    Action.INSTRUCT: instructing.Instructing,
    Action.MARK_GAP: particulars.Gap,
    Action.ANSWER_INSTRUCTION: instructing.Answering,
    Action.JOIN_COMMON: issues.Joining,
    Action.RECORD_ARREARS: arrears.Owing,
    Action.RECORD_RECOVERY: arrears.Recovering,
}


@cache
def form_for(action):
    """一个动作的表单类。不认识的动作抛 ValueError（网址写错，页面给 404）。"""
    action = Action(action)
    own = _PARTICULARS.get(action)
    parents = (own, ActionForm) if own else (ActionForm,)
    return type(f"{action.name.title().replace('_', '')}Form", parents, {"action": action})
