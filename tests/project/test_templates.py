"""Every template compiles, and keeps to the CSP: no inline script, no inline style, nothing from another host."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template

ROOT = Path(settings.BASE_DIR)
FOLDERS = [ROOT / "templates", ROOT / "zhuqi" / "templates"]
TEMPLATES = sorted((path, folder) for folder in FOLDERS for path in folder.rglob("*.html"))
INLINE = re.compile(
    r"\sstyle\s*=|<style\b|\son\w+\s*=\s*[\"']|javascript:|<script(?![^>]*\ssrc=)(?![^>]*application/json)"
)
OWN_TAGS = re.compile(r"\{%.*?%\}")  # {% due … style="line" %} is an option of ours, not a style
ELSEWHERE = re.compile(r"(?:src|href)\s*=\s*[\"'](?:https?:)?//")


@pytest.mark.parametrize(("path", "folder"), TEMPLATES, ids=lambda part: part.name)
def test_template_compiles(path, folder):
    name = str(path.relative_to(folder))
    assert get_template(name).template.name == name


@pytest.mark.parametrize(("path", "folder"), TEMPLATES, ids=lambda part: part.name)
def test_template_keeps_to_the_policy(path, folder):
    text = OWN_TAGS.sub(" ", path.read_text(encoding="utf-8"))
    assert INLINE.findall(text) == []
    assert ELSEWHERE.findall(text) == []
