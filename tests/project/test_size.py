"""House style that no linter counts: sizes, and names that say nothing."""

from pathlib import Path

from django.conf import settings

ROOT = Path(settings.BASE_DIR)
OURS = ("zhuqi", "enterprises", "cadres", "policies", "cases", "reports", "scripts", "tests")
VAGUE = {"utils", "util", "helpers", "helper", "misc", "common", "base", "manager", "managers"}
# Sorted: the workers of a parallel run must collect the same list.
SOURCES = sorted(
    path
    for top in OURS
    for path in (ROOT / top).rglob("*.py")
    if "migrations" not in path.parts and path.stat().st_size
)
TEMPLATES = list((ROOT / "templates").rglob("*.html"))


def too_long(paths, limit):
    lines = {str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in paths}
    return {name: count for name, count in lines.items() if count > limit}


def test_no_python_file_is_over_400_lines():
    assert too_long(SOURCES, 400) == {}


def test_no_file_has_a_name_that_says_nothing():
    assert [str(path) for path in SOURCES if path.stem in VAGUE] == []


def test_no_template_is_over_200_lines():
    assert too_long(TEMPLATES, 200) == {}
