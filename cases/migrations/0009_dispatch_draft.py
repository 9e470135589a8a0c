"""交办草稿：一人一件一份。"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0008_issue_answers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DispatchDraft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("said", models.JSONField(verbose_name="填了什么")),
                ("saved_at", models.DateTimeField(verbose_name="存于")),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="dispatch_drafts",
                        to="cases.case",
                        verbose_name="诉求",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="谁写的",
                    ),
                ),
            ],
            options={
                "verbose_name": "交办草稿",
                "verbose_name_plural": "交办草稿",
                "constraints": [models.UniqueConstraint(fields=("case", "user"), name="one_draft_each")],
            },
        ),
    ]
