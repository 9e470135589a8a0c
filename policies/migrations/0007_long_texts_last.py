"""The long texts go to the end of the row, and the list gets a column an index can be walked along."""

from datetime import date

import django.db.models.functions.comparison
from django.db import migrations, models
from django.db.models import F

MOVED = {
    "card": models.CharField("明白卡", max_length=200, blank=True),
    "guide_materials": models.TextField("要交什么", max_length=2000, blank=True),
    "body": models.TextField("全文", max_length=300_000),
}


def _copy(to, of):
    def run(apps, _editor):
        apps.get_model("policies", "Policy").objects.update(**{to.format(name): F(of.format(name)) for name in MOVED})

    return run


def _added(name, field):
    column = field.clone()
    column.default = ""
    return migrations.AddField("policy", name, column, preserve_default=False)


class Migration(migrations.Migration):
    dependencies = [("policies", "0006_imports")]

    operations = [
        migrations.RemoveIndex("policy", "policy_state_level"),
        migrations.RemoveIndex("policy", "policy_recent"),
        *[_added(f"{name}_last", field) for name, field in MOVED.items()],
        migrations.RunPython(_copy("{}_last", "{}"), _copy("{}", "{}_last")),
        *[migrations.RemoveField("policy", name) for name in MOVED],
        *[migrations.RenameField("policy", f"{name}_last", name) for name in MOVED],
        migrations.AddField(
            "policy",
            "shown_on",
            models.GeneratedField(
                db_persist=True,
                expression=django.db.models.functions.comparison.Coalesce("published_on", models.Value(date(1, 1, 1))),
                output_field=models.DateField("排序日期"),
            ),
        ),
        migrations.AlterModelOptions(
            "policy",
            {"ordering": ("-shown_on", "-pk"), "verbose_name": "政策", "verbose_name_plural": "政策"},
        ),
        migrations.AddIndex("policy", models.Index(fields=["state", "-shown_on", "-id"], name="policy_state_recent")),
        migrations.AddIndex("policy", models.Index(fields=["-shown_on", "-id"], name="policy_recent")),
        migrations.AddIndex("policy", models.Index(fields=["changed_at"], name="policy_changed")),
    ]
