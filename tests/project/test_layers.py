"""Architecture §3, what import-linter cannot say: no app uses another's views, forms or templates."""

import ast
import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
APPS = ("enterprises", "cadres", "policies", "cases", "reports")
EDGES = {"views", "forms", "api", "tasks", "admin", "filters"}


def imported(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


@pytest.mark.parametrize("app", APPS)
def test_no_app_imports_anothers_edges(app):
    wrong = [
        (str(path.relative_to(ROOT)), name)
        for path in (ROOT / app).rglob("*.py")
        for name in imported(path)
        if (parts := name.split("."))[0] in APPS and parts[0] != app and len(parts) > 1 and parts[1] in EDGES
    ]
    assert wrong == []


@pytest.mark.parametrize("app", APPS)
def test_no_app_renders_anothers_page(app):
    pages = re.compile(r"[\"'](" + "|".join(APPS) + r")/[\w/]+\.html[\"']")
    wrong = [
        (str(path.relative_to(ROOT)), found)
        for path in (ROOT / app).rglob("*.py")
        for found in pages.findall(path.read_text(encoding="utf-8"))
        if found != app
    ]
    assert wrong == []


def test_views_start_at_the_gate():
    """R-03: `.objects.all()` and `.objects.filter(` in a view must stand behind `visible_to`, or say why not."""
    wrong = [
        f"{path.relative_to(ROOT)}:{number}"
        for app in APPS
        for path in [*(ROOT / app).glob("views*.py"), *(ROOT / app).glob("views/*.py"), *(ROOT / app).glob("api/*.py")]
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if ".objects.all()" in line and "# everybody" not in line
    ]
    assert wrong == []
