import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """What a look-back is about and how it went: the closure, its unit, the last day, tries, moves (R-30)."""

    dependencies = [("cadres", "0002_look_around"), ("cases", "0004_rating_ticks")]

    operations = [
        migrations.AddField("lookbackdraw", "must", models.JSONField("必看（编号、为什么）", default=list)),
        migrations.AddField(
            "lookback",
            "unit",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="look_backs",
                to="cadres.unit",
                verbose_name="销号时的主办",
            ),
        ),
        # No row was made before this: nothing draws them yet.
        migrations.AddField(
            "lookback",
            "closed_at",
            models.DateTimeField("看的是哪一次销号", default="2020-01-01T00:00:00+08:00"),
            preserve_default=False,
        ),
        migrations.AddField(
            "lookback", "until_on", models.DateField("最晚哪天看完", default="2020-01-01"), preserve_default=False
        ),
        migrations.AddField("lookback", "moves", models.JSONField("改派经过", default=list, blank=True)),
        migrations.AddField("lookback", "tries", models.PositiveSmallIntegerField("没联系上几次", default=0)),
        migrations.AddField("lookback", "try_on", models.DateField("下次再试", null=True, blank=True)),
        migrations.AddField(
            "lookback", "remains", models.CharField("还要办什么（给主办单位看）", max_length=300, blank=True)
        ),
        migrations.AddField("lookback", "cancel_reason", models.CharField("为什么取消", max_length=100, blank=True)),
    ]
