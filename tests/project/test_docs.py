"""docs/ says what is true: the files it names are there, and every rule the code speaks of stands in the table."""

import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
APPS = ("zhuqi", "enterprises", "cadres", "policies", "cases", "reports")
DOCUMENTS = ["README.md", "CHANGELOG.md", *sorted(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md"))]
RULE = re.compile(r"\bR-\d\d\b")
ROW = re.compile(r"^\| (R-\d\d) \| ([^|]+) \| ([^|]*) \| ([^|]*) \| ([^|]+) \|$", re.MULTILINE)
NAMED = re.compile(r"`([\w./-]+\.(?:py|md|css|js|html|yml))`")
ROWS = {row[0]: row[1:] for row in ROW.findall((ROOT / "docs" / "rules.md").read_text())}


def code_rules() -> dict[str, str]:
    """Every rule number in the apps, with a file that speaks of it."""
    files = [path for app in APPS for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts]
    return {rule: str(path.relative_to(ROOT)) for path in files for rule in RULE.findall(path.read_text())}


def test_every_rule_of_the_code_is_in_the_table():
    assert {rule: path for rule, path in code_rules().items() if rule not in ROWS} == {}


def test_no_rule_stands_twice():
    rules = [row[0] for row in ROW.findall((ROOT / "docs" / "rules.md").read_text())]
    assert sorted(set(rules)) == sorted(rules)


@pytest.mark.parametrize("rule", ROWS)
def test_the_files_of_a_rule_are_there(rule):
    _, modules, tests, state = ROWS[rule]
    named = NAMED.findall(modules) + NAMED.findall(tests) + NAMED.findall(state)
    assert [path for path in named if not (ROOT / path).is_file()] == []
    assert all(path.startswith("tests/") and "/test_" in path for path in NAMED.findall(tests))
    assert state.startswith(("本版", "部分：", "以后"))
    if not state.startswith("以后"):
        assert NAMED.findall(modules), "a rule that is kept is kept somewhere"
        assert NAMED.findall(tests), "a rule that is kept is tested"


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_lead_somewhere(document):
    text = (ROOT / document).read_text()
    links = re.findall(r"\]\((?!https?:)([^)#]+)", text)
    assert [link for link in links if not ((ROOT / document).parent / link).exists()] == []


def test_commands_of_the_documents_exist():
    text = "".join((ROOT / document).read_text() for document in DOCUMENTS)
    own = {path.stem for app in APPS for path in (ROOT / app).glob("management/commands/*.py")}
    django = {"migrate", "shell", "createsuperuser", "build_icons", "collectstatic", "axes_reset_username"}
    assert set(re.findall(r"manage\.py ([a-z_]+)", text)) - own - django == set()
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"make ([a-z][a-z-]+)", re.sub(r"make: .*", "", text))) - targets == set()


def test_the_beat_table_of_the_runbook_is_the_real_one():
    from zhuqi.celery import app

    text = (ROOT / "docs" / "runbook.md").read_text()
    assert {row["task"] for row in app.conf.beat_schedule.values()} <= set(re.findall(r"`([a-z]+\.[a-z_]+)`", text))
