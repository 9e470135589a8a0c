"""工作日历与双十日（R-15、R-42）。计算在 cadres/calendar.py，这里只存数据。"""

from django.db import models

from cadres.models.people import User


class CalendarVersion(models.Model):
    """日历的一次改动：谁、依据什么；主键即版本号。"""

    made_at = models.DateTimeField("时间")
    made_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="操作人")
    reason = models.CharField("依据", max_length=200)
    notice_number = models.CharField("通知文号", max_length=60, blank=True)
    notice_text = models.TextField("通知原文", blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "日历版本"
        ordering = ("-pk",)


class CalendarYear(models.Model):
    """一个已公布的年份；不在表里的年份按周末推算、标为暂定。"""

    year = models.PositiveSmallIntegerField("年份", unique=True)
    version = models.ForeignKey(CalendarVersion, models.PROTECT, related_name="years")

    class Meta:
        verbose_name = verbose_name_plural = "已公布年份"
        ordering = ("year",)


class CalendarDay(models.Model):
    """与平常周历不同的一天；改动是新行，`replaced_by` 为空的才有效。"""

    class Kind(models.TextChoices):
        """一天与周历不同在哪里。"""

        HOLIDAY = "HOLIDAY", "放假"
        MAKEUP = "MAKEUP", "调休上班"
        PLAIN = "PLAIN", "按周历"

    on = models.DateField("日期", db_index=True)
    kind = models.CharField("类别", max_length=8, choices=Kind.choices)
    name = models.CharField("名称", max_length=30, blank=True)
    version = models.ForeignKey(CalendarVersion, models.PROTECT, related_name="days")
    replaced_by = models.ForeignKey(
        CalendarVersion, models.PROTECT, null=True, blank=True, related_name="replaced_days"
    )

    class Meta:
        verbose_name = verbose_name_plural = "日历特殊日"
        ordering = ("on",)
        constraints = [
            models.UniqueConstraint(
                fields=["on"], condition=models.Q(replaced_by__isnull=True), name="one_valid_row_a_day"
            ),
        ]


class DoubleTenDay(models.Model):
    """手工定下的助企日：只存与规则不同的（R-15）。"""

    nominal_on = models.DateField("名义日（10 日或 20 日）", unique=True)
    held_on = models.DateField("实际日")
    reason = models.CharField("说明", max_length=200)
    set_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="设定人")
    set_at = models.DateTimeField("设定时间")

    class Meta:
        verbose_name = verbose_name_plural = "助企日调整"
        ordering = ("nominal_on",)
