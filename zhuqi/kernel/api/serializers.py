"""Small shapes that several apps answer with, and how a field is kept from a role."""

from datetime import date
from typing import Any

from rest_framework import serializers

from zhuqi.kernel.api.filters import FIRST_DAY, LAST_DAY


class Ref(serializers.Serializer[Any]):
    """Something else, by its key and its name."""

    id = serializers.IntegerField(source="pk", label="主键")
    name = serializers.SerializerMethodField(label="名称")

    def get_name(self, row: Any) -> str:
        """As pages call it."""
        return str(row)


class CodeRef(Ref):
    """Something else that has a code."""

    code = serializers.CharField(label="代码")


class RegionRef(CodeRef):
    """区域。"""


class UnitRef(CodeRef):
    """单位。"""


class CategoryRef(CodeRef):
    """问题类别。"""


class PersonRef(Ref):
    """一个人。"""


class EnterpriseRef(Ref):
    """企业。"""

    credit_code = serializers.CharField(label="统一社会信用代码")


class KeptBack:
    """Fields a role must not read are null for it: `kept_back = {Role.ENTERPRISE: {"level"}}` (R-03, R-28)."""

    kept_back: dict[str, frozenset[str]] = {}

    def to_representation(self, row: Any) -> dict[str, Any]:
        """The row, with null in place of what is not this person's to know."""
        said: dict[str, Any] = super().to_representation(row)  # type: ignore[misc]  # a mixin for serializers
        role = getattr(self.context["request"].user, "role", "")  # type: ignore[attr-defined]  # as above
        for name in self.kept_back.get(role, ()):
            if name in said:
                said[name] = None
        return said


def rows_of(kind: Any, **more: Any) -> Any:
    """Several of a body inside another: `rows_of(Problem, max_length=10)`."""
    return kind(many=True, **more)


class Day(serializers.DateField):
    """A day that calendars reach; year 1 and year 9999 are slips, and arithmetic on them overflows."""

    def to_internal_value(self, value: Any) -> date:
        """The day, or what is wrong with it."""
        found: date = super().to_internal_value(value)
        if not FIRST_DAY <= found <= LAST_DAY:
            raise serializers.ValidationError("请核对年份。")
        return found


class Key(serializers.PrimaryKeyRelatedField[Any]):
    """Another row, by its key; `rows(context)` says among which, so that what is not in sight does not exist."""

    def __init__(self, rows: Any = None, **options: Any) -> None:
        self.rows = rows
        if rows is not None:
            options.setdefault("pk_field", serializers.IntegerField(min_value=1))
            options["queryset"] = rows
        super().__init__(**options)

    def get_queryset(self) -> Any:
        """Asked anew for each request."""
        return self.rows(self.context) if callable(self.rows) else super().get_queryset()
