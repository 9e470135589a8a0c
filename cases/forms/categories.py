"""类别的表单（页面 10、R-22）。"""

from django import forms

from cadres.enums import UnitKind
from cadres.models import Unit
from cases.forms.particulars import handling_units


class CategoryForm(forms.Form):
    """名称、归口专班、常办单位、关键词、是否涉法涉诉。"""

    name = forms.CharField(label="名称", max_length=30, error_messages={"required": "请填写类别名称。"})
    task_force = forms.ModelChoiceField(
        Unit.objects.filter(kind=UnitKind.TASK_FORCE, is_active=True),
        label="归口专项工作小组",
        required=False,
        empty_label="跟上级",
    )
    default_lead: "forms.ModelChoiceField[Unit]" = forms.ModelChoiceField(
        None, label="常办单位", required=False, empty_label="没有固定的", help_text="交办时先建议它主办。"
    )
    keywords = forms.CharField(
        label="关键词",
        max_length=300,
        required=False,
        help_text="空格分开，如：用电 变压器 增容。填问题时按这些词猜类别。",
    )
    is_legal = forms.BooleanField(label="涉法涉诉", required=False, help_text="单列办理、不设办结期限、不计入办结率。")

    def __init__(self, *args, is_top, **options):
        super().__init__(*args, **options)
        self.fields["default_lead"].queryset = handling_units()
        if is_top:
            self.fields["task_force"].empty_label = "请选择"
        else:
            del self.fields["is_legal"]  # follows the first level: a case is 涉法涉诉 when either says so

    @classmethod
    def initial_of(cls, category):
        """一类现在的样子。"""
        return {
            "name": category.name, "task_force": category.task_force_id, "default_lead": category.default_lead_id,
            "keywords": category.keywords, "is_legal": category.is_legal,
        }  # fmt: skip
