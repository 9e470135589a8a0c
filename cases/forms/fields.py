"""表单里两家以上要用的栏目：多个文件、本案能选的单位。"""

from decimal import Decimal

from django import forms

from cases.rules.amounts import amount
from zhuqi.kernel.errors import InvalidInput
from zhuqi.kernel.uploads import ACCEPT, accept

FILES_MOST = 9


class FilesInput(forms.ClearableFileInput):
    """一次可选几个文件。"""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """干净的文件，一个或几个（R-74）；每个不合格的各说一句。"""

    widget = FilesInput(attrs={"accept": ACCEPT, "multiple": True})
    default_error_messages = {
        "required": "请至少附一个文件（照片、PDF、Word 或 Excel）。",
        "too_many": f"一次最多 {FILES_MOST} 个文件，请分次上传。",
    }

    def clean(self, data, initial=None):
        """逐个查验内容；没有选就是空表。"""
        chosen = [one for one in (data if isinstance(data, list | tuple) else [data]) if one]
        if not chosen:
            if self.required:
                raise forms.ValidationError(self.error_messages["required"], code="required")
            return []
        if len(chosen) > FILES_MOST:
            raise forms.ValidationError(self.error_messages["too_many"], code="too_many")
        clean, refused = [], []
        for one in chosen:
            try:
                clean.append(accept(one, field="files"))
            except InvalidInput as refusal:
                refused.append(refusal.message)
        if refused:
            raise forms.ValidationError([*refused, "合格的文件也要重新选一次。"] if clean else refused)
        return clean


class AmountField(forms.CharField):
    """金额，随手怎么写都行：120万、1.2亿、35万6千、１２０万元；取出来是元（R-32）。"""

    default_error_messages = {"required": "请写金额。"}

    def __init__(self, **options):
        options.setdefault("max_length", 40)
        options.setdefault("help_text", "可以写 120万、1.2亿、35万6千；不写单位就是元。")
        super().__init__(**options)

    def clean(self, value):
        """看不懂的、两种读法的、不大于 0 的，各说各的。"""
        typed = super().clean(value)
        if not typed:
            return None
        try:
            return amount(typed)
        except InvalidInput as refusal:
            raise forms.ValidationError(refusal.message, code="amount") from None

    def prepare_value(self, value):
        """登记过的写成 1200000，不带无用的小数。"""
        return f"{value:f}".removesuffix(".00") if isinstance(value, Decimal) else value


class IndentedChoiceField(forms.ModelChoiceField):
    """类别下拉：下级前面写上级，读屏也听得出是谁的。"""

    def label_from_instance(self, obj):
        """用地规划 / 规划调整。"""
        return f"{obj.parent} / {obj}" if obj.parent_id else str(obj)


class CaseChoiceField(forms.ModelChoiceField):
    """选一件问题：编号加标题。"""

    def label_from_instance(self, obj):
        """XC-2026-0871 二期边角地规划调整。"""
        return f"{obj.number} {obj.title}"


class TicketChoiceField(forms.ModelChoiceField):
    """选一张单：单别加编号。"""

    def label_from_instance(self, obj):
        """交办单 许助企交〔2026〕12号。"""
        return f"{obj.get_kind_display()} {obj.number}"
