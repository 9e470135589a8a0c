"""The table of the full-text index, and what is in the books already (R-62)."""

from django.db import migrations

from zhuqi.kernel.search import create_table


class Migration(migrations.Migration):
    dependencies = [
        ("enterprises", "0001_initial"),
    ]

    operations = [create_table("firm_search")]
