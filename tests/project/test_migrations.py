"""Migrations are complete, named, and go both ways as far as they say so."""

import re
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

ROOT = Path(settings.BASE_DIR)
APPS = ("enterprises", "cadres", "policies", "cases", "reports")


@pytest.mark.django_db
def test_models_have_their_migrations():
    said = StringIO()
    call_command("makemigrations", dry_run=True, stdout=said)
    assert said.getvalue().strip() == "No changes detected"


def test_no_migration_has_an_automatic_name():
    names = [path for app in APPS for path in (ROOT / app / "migrations").glob("0*.py")]
    assert names
    assert [path.name for path in names if re.search(r"_auto_\d", path.name)] == []
