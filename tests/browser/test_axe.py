"""Every page of every role over the demo city (R-75): axe finds nothing serious, nothing leaves the screen sideways, no
English is left over. One test an account and size; it names every page that falls short."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.pages import PAGES
from tests.browser.portal import DESK, PHONE, WALL, Portal, made_for, open_page, running

pytestmark = [pytest.mark.browser, pytest.mark.embedded]

# Codes, file kinds, keys and units are what they are in any language; ZRZY is the example of a unit's code.
ALLOWED = re.compile(
    r"XC|ABC|DOCX?|XLSX?|PDF|OFD|WPS|JPE?G|PNG|CSV|JSON|GBK|UTF|HMAC|SM|https|Word|Excel|[KMG]B|GB|IP|Enter|Esc|Ctrl|Tab|kVA?|kWh?|LED|VOC|ZRZY",
    re.IGNORECASE,
)
# What a person types or a machine writes: addresses, credit codes, account names, numbers with a prefix, a digest.
CODES = re.compile(r"https?://\S+|\b(?:[0-9A-Z]{18}|[0-9a-f]{12,64}|[A-Z]{1,3}-\d[\d-]*|\w+@\w+(?:\.\w+)*)\b")
WORD = re.compile(r"[A-Za-z]{2,}")
VISIBLE_TEXT = """() => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const said = [];
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    if (!parent || parent.closest("script, style, template, noscript, code, [lang=en]")) continue;
    if (parent.checkVisibility({checkVisibilityCSS: true})) said.push(walker.currentNode.data);
  }
  return said.join("\\n");
}"""
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="session")
def portal(tmp_path_factory) -> Iterator[Portal]:
    """The portal over a small demo city, built once for these tests."""
    with running(tmp_path_factory.mktemp("portal")) as started:
        yield started


def left_over(page: Page, names: frozenset[str]) -> list[str]:
    """Latin words a reader of Chinese would stumble over."""
    text = CODES.sub(" ", page.evaluate(VISIBLE_TEXT))
    return sorted({word for word in WORD.findall(text) if not ALLOWED.fullmatch(word) and word not in names})


def shortcomings(page: Page, serious, names: frozenset[str]) -> list[str]:
    found = list(serious(page))
    if sideways := page.evaluate(WIDER):
        found.append(f"{sideways} px too wide")
    if words := left_over(page, names):
        found.append(f"left over: {' '.join(words)}")
    return found


LOOKS = [
    (name, size)
    for name, pages in PAGES.items()
    for size in (PHONE, DESK, WALL)
    if any(made_for(row[0], size) for row in pages)
]


@pytest.mark.parametrize(
    ("username", "size"), LOOKS, ids=[f"{name or 'anybody'}-{size['width']}" for name, size in LOOKS]
)
def test_pages_are_for_everybody(browser: Browser, portal, serious, username, size):
    page = open_page(browser, portal, username, size)
    found = []
    for name, address in (row for row in portal.pages[username] if made_for(row[0], size)):
        answer = page.goto(address)
        if answer is None or answer.status != (404 if name == "not-found" else 200):
            found.append(f"{name} {address}: {answer and answer.status}")
            continue
        found += [f"{name} {address}: {said}" for said in shortcomings(page, serious, portal.names)]
    page.context.close()
    assert found == []
