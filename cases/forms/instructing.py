"""批示和答复批示的栏目（与 ActionForm 合用）。"""

from django import forms

from cadres.services import settings
from cases.forms.particulars import date_field
from zhuqi import datewords


class Instructing:
    """批示：要求哪天报，可不写。"""

    def arrange(self):
        """先写话，再写日子。"""
        days = settings.value("instruction_days")
        self.fields["due_on"] = date_field("要求哪天前报", required=False, hint=f"不写就是 {days} 个工作日内。")
        self.order_fields(["revision", "note", "due_on"])


class InstructionChoiceField(forms.ModelChoiceField):
    """选一条批示：哪天、谁、说了什么。"""

    def label_from_instance(self, obj):
        """11-20 秦副市长：请抓紧（11-27 前报）。"""
        return said_of(obj)


def said_of(instruction):
    """一条批示的一句话。"""
    text = instruction.text if len(instruction.text) <= 40 else f"{instruction.text[:39]}…"
    due = f"（{datewords.md(instruction.due_on)} 前报）" if instruction.due_on else ""
    return f"{datewords.md(instruction.given_at)} {instruction.leader}：{text}{due}"


class Answering:
    """答复批示：几条没答的选一条，只有一条就写在提示里。"""

    def arrange(self):
        """先看批示，再写情况。"""
        rows = (
            self.case.instructions.filter(answered_at__isnull=True).select_related("leader").order_by("given_at", "pk")
        )
        waiting = list(rows[:2])
        if len(waiting) > 1:
            self.initial.setdefault("instruction", waiting[0].pk)
            self.fields["instruction"] = InstructionChoiceField(
                rows, label="答哪一条", empty_label=None,
                error_messages={"required": "请选择答哪一条。", "invalid_choice": "这一条刚刚有人答复过，请另选。"},
            )  # fmt: skip
            self.order_fields(["revision", "instruction", "note", "files"])
        elif waiting:
            self.fields["note"].help_text = f"{said_of(waiting[0])}。企业看不到。"
