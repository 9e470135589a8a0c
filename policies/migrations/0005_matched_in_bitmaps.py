"""Matching is kept as bitmaps. What was kept before is computed again, so nothing is carried over."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("policies", "0004_event_seats_and_waiting"),
    ]

    operations = [
        migrations.AddField(
            model_name="eligibility",
            name="asked",
            field=models.JSONField(default=list, verbose_name="问了什么"),
        ),
        migrations.AddField(
            model_name="eligibility",
            name="matched_on",
            field=models.DateField(null=True, verbose_name="算的是哪一天"),
        ),
        migrations.AddField(
            model_name="eligibility",
            name="policy_revision",
            field=models.PositiveIntegerField(default=0, verbose_name="政策的修订"),
        ),
        migrations.AddField(
            model_name="eligibility",
            name="revision",
            field=models.PositiveIntegerField(default=0, verbose_name="修订"),
        ),
        migrations.RemoveField(model_name="eligibility", name="fits"),
        migrations.AddField(
            model_name="eligibility",
            name="fits",
            field=models.BinaryField(default=bytes, verbose_name="可以享受"),
        ),
        migrations.AlterField(
            model_name="eligibility",
            name="matched_at",
            field=models.DateTimeField(null=True, verbose_name="匹配时间"),
        ),
        migrations.RemoveField(model_name="eligibility", name="one_missing"),
        migrations.AddField(
            model_name="eligibility",
            name="one_missing",
            field=models.BinaryField(default=bytes, verbose_name="差一个条件"),
        ),
        migrations.RemoveField(model_name="eligibility", name="unknown"),
        migrations.AddField(
            model_name="eligibility",
            name="unknown",
            field=models.BinaryField(default=bytes, verbose_name="缺资料"),
        ),
    ]
