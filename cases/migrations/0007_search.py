"""The table of the full-text index, and what is in the books already (R-62)."""

from django.db import migrations

from zhuqi.kernel.search import create_table


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0006_meeting_decisions"),
        ("enterprises", "0002_search"),
    ]

    operations = [create_table("case_search")]
