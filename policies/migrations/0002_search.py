"""The table of the full-text index of policies (R-62)."""

from django.db import migrations

from zhuqi.kernel.search import create_table


class Migration(migrations.Migration):
    dependencies = [("policies", "0001_library_and_events")]

    operations = [create_table("policy_search")]
