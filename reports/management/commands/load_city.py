"""`manage.py load_city`: what a real city starts from; what is there already is kept."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from reports.demo.start import load_start_data


class Command(BaseCommand):
    """Regions, units, categories, chains, clusters, tags, calendar, rule-sets."""

    help = "载入一座城市的起始数据：区域、单位、类别、产业链、标签、工作日历、办理规则；已有的不动。"

    def handle(self, *args: Any, **options: Any) -> None:
        """Load and count."""
        loaded = load_start_data(at=timezone.now())
        self.stdout.write(
            f"新增区域 {loaded.regions} 个、单位 {loaded.units} 个、类别 {loaded.categories} 个、产业链与标签等 {loaded.labels} 个。"
        )
