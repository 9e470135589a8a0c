"""人员、单位、包联怎么给程序看（R-01、R-12）。"""

from typing import Any

from rest_framework import serializers

from cadres.enums import DayKind
from cadres.models import Assignment, Unit, User
from zhuqi.kernel.api.serializers import EnterpriseRef, PersonRef, RegionRef, UnitRef


class MeSerializer(serializers.ModelSerializer[User]):
    """令牌的主人，和令牌能做什么。"""

    unit = UnitRef(label="单位", allow_null=True)
    enterprise = EnterpriseRef(label="企业", allow_null=True)
    scopes = serializers.SerializerMethodField(label="令牌的范围；用会话来的为 null")
    expires_at = serializers.SerializerMethodField(label="令牌的到期时间；用会话来的为 null")

    class Meta:
        model = User
        fields = ("id", "username", "name", "role", "unit", "enterprise", "post", "is_head", "scopes", "expires_at")
        read_only_fields = fields

    def get_scopes(self, user: User) -> list[str] | None:
        """cases:read ……"""
        return getattr(self.context["request"].auth, "scopes", None)

    def get_expires_at(self, user: User) -> str | None:
        """到期以后是 401。"""
        found = getattr(self.context["request"].auth, "expires_at", None)
        return found.isoformat() if found else None


class UnitSerializer(serializers.ModelSerializer[Unit]):
    """一个单位。"""

    region = RegionRef(label="所在区域", allow_null=True)

    class Meta:
        model = Unit
        fields = ("id", "code", "name", "short_name", "kind", "parent", "region", "lead_unit", "is_active")
        read_only_fields = fields


class AssignmentSerializer(serializers.ModelSerializer[Assignment]):
    """一条包联关系；`to_on` 为空是现任（R-12）。"""

    enterprise = EnterpriseRef(label="企业")
    cadre = PersonRef(label="干部")
    unit = UnitRef(source="cadre.unit", label="干部的单位", allow_null=True)

    class Meta:
        model = Assignment
        fields = ("id", "enterprise", "cadre", "unit", "role", "from_on", "to_on", "note")
        read_only_fields = fields


class CalendarDaySerializer(serializers.Serializer[Any]):
    """一天是什么日子（R-42）。"""

    date = serializers.DateField(label="日期")
    kind = serializers.ChoiceField(choices=DayKind.choices, label="工作日、周末、节假日、调休")
    name = serializers.CharField(label="节日的名称")
    is_workday = serializers.BooleanField(label="上班")


class DoubleTenSerializer(serializers.Serializer[Any]):
    """一个助企日（R-15）。"""

    nominal_on = serializers.DateField(label="10 日或 20 日")
    held_on = serializers.DateField(label="实际哪天")
    opens_on = serializers.DateField(label="从哪天起联系算数")
    closes_on = serializers.DateField(label="到哪天止")
    is_provisional = serializers.BooleanField(source="provisional", label="暂定")


class CalendarYearSerializer(serializers.Serializer[Any]):
    """一年的工作日历。"""

    year = serializers.IntegerField(label="年")
    version = serializers.IntegerField(allow_null=True, label="日历版本")
    is_published = serializers.BooleanField(label="放假通知已公布；没公布的按周末推算，都是暂定")
    days = CalendarDaySerializer(many=True, label="每一天")
    double_ten = DoubleTenSerializer(many=True, label="双十助企日")
