"""表单里两家以上要用的栏目：多个文件、本案能选的单位。"""

from django import forms

from zhuqi.kernel.file_fields import FILES_MOST, FilesField, FilesInput

__all__ = ["FILES_MOST", "CaseChoiceField", "FilesField", "FilesInput", "IndentedChoiceField", "TicketChoiceField"]


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
