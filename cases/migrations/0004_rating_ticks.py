"""评价单三个可勾项换成图上的三句话；原来的“办得快”“态度好”问的是别的事，不转成新的。"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0003_look_around")]

    operations = [
        migrations.RemoveField(model_name="evaluation", name="is_fast"),
        migrations.RemoveField(model_name="evaluation", name="is_polite"),
        migrations.AddField(
            model_name="evaluation",
            name="was_contacted",
            field=models.BooleanField(default=False, verbose_name="承办单位联系过我"),
        ),
        migrations.AddField(
            model_name="evaluation",
            name="was_told_once",
            field=models.BooleanField(default=False, verbose_name="一次说清了要交什么"),
        ),
        migrations.AlterField(
            model_name="evaluation",
            name="is_real",
            field=models.BooleanField(default=False, verbose_name="问题真的解决了"),
        ),
    ]
