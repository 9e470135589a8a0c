"""R-53, R-54: the files as LibreOffice opens them: nothing lost, 22 lines of 28 characters, numbers outside, 版记 below."""

import re
from dataclasses import replace
from datetime import date

import pytest

from cases.documents import ticket_docx
from cases.views.slip import Paper as Slip
from cases.views.slip import Row
from reports import sheets
from reports.circulars.paper import About, compose
from reports.scoring import CaseFacts, Weights
from tests.kernel.test_official_paper import PAPER
from tests.libreoffice import opened
from tests.reports.test_circular_figures import UNITS, rows_of
from zhuqi.kernel.official_docx import official_docx
from zhuqi.kernel.official_paper import DRAFT, Kind, table, text

pytestmark = [pytest.mark.libreoffice]

MM = 72 / 25.4
HAN = "各承办单位在规定时限内签收反馈按时办结率稳步提高企业评价总体满意" * 40
LONG = replace(
    PAPER,
    blocks=(
        text(HAN),
        table(["名次", "单位"], [[str(n), f"单位{n}"] for n in range(1, 71)], widths=[30, 126], sides="cl"),
        text("有关单位要举一反三，全面自查；查实虚假办结的，按程序提请问效，" * 6),
    ),
)
WEIGHTS = Weights(least_due=2)
FACTS = [
    CaseFacts(
        case=n, unit=1 + n % 7, group=UNITS[1 + n % 7], is_due=True, outcome="A" if n % 5 else "", is_on_time=n % 4 > 0,
        is_ratable=True, rating=1 + n % 5, urges=n % 3 == 0, inquiries=n % 9 == 0, shelved_days=n if n % 6 == 0 else None,
    )
    for n in range(60)
]  # fmt: skip
ABOUT = About(
    month=date(2026, 10, 1), issuer="许昌市万人助企活动办公室", campaign="万人助企", weights=WEIGHTS, least_rated=5,
    number="许助企办〔2026〕3号", issued_on=date(2026, 11, 4), objections=(2, 1),
)  # fmt: skip
CIRCULAR = compose(rows_of(FACTS, WEIGHTS), ABOUT)
EMPTY = compose(rows_of([], WEIGHTS), replace(ABOUT, draft=DRAFT))
PAPERS = {"short.docx": replace(PAPER, blocks=PAPER.blocks[:2]), "long.docx": LONG, "circular.docx": CIRCULAR,
          "empty.docx": EMPTY}  # fmt: skip


TICKET = Slip(
    tone="b", title="交　办　单", org="许昌市万人助企活动办公室", number="许助企交〔2026〕12号", signer="许昌市万人助企活动办公室",
    to="市自然资源和规划局", copies="要素保障专班", issued_on=date(2026, 11, 4), foot="期限自签发次日起算",
    rows=[
        Row("问题编号", ["XC-2026-0001"], second="来　　源", second_lines=["企业自报（2026-11-03）"]),
        Row("问题摘要", ["临时用地到期，仓棚要拆，请准予续期一次。" * 6], is_tall=True),
        *(Row(f"第{n}项", [f"内容{n}"]) for n in range(1, 9)),
    ],
)  # fmt: skip


class Published:
    """What a workbook asks of a ranking."""

    month, is_published, score_weights, drafted_at = date(2026, 10, 1), True, WEIGHTS, None
    rule = type("Rule", (), {"version": 1})

    def __init__(self, at):
        self.published_at = at


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    from tests.reports.months import AFTER

    files = {name: official_docx(paper) for name, paper in PAPERS.items()}
    files["ticket.docx"] = ticket_docx(TICKET, qr="http://portal.example/cases/1").getvalue()
    files["month.xlsx"] = sheets.ranking_book(Published(AFTER), rows_of(FACTS, WEIGHTS), [], least_rated=5)
    return opened(files, tmp_path_factory.mktemp("opened"))


def squeezed(said):
    return re.sub(r"\s", "", said)


@pytest.mark.parametrize("name", PAPERS)
def test_it_opens_on_a4_and_nothing_is_lost(printed, name):
    found = printed[name]
    assert found.size().endswith("(A4)")
    said, paper = found.text(), PAPERS[name]
    for block in paper.blocks:
        if block.kind not in {Kind.TABLE, Kind.ANNEX} and len(squeezed(block.text)) < 400:
            assert squeezed(block.text) in without_page_numbers(said)
    assert squeezed(paper.number) in said
    assert (DRAFT in said) == bool(paper.draft)


def without_page_numbers(said):
    return re.sub(r"—\d+—(草稿，未印发)?", "", said)


def test_a_full_page_holds_22_lines_of_28_characters(printed):
    page = printed["long.docx"].pages()[1]
    lines = [line.strip() for line in page.splitlines() if line.strip()]
    assert lines[-1].replace(" ", "") == "—2—"
    assert [len(line) for line in lines[:-1]] == [28] * 22


def test_page_numbers_stand_outside_below_the_text(printed):
    for page, is_odd in ((1, True), (2, False), (3, True)):
        # The dash of the page's number, under the text area that ends 35 mm above the edge.
        dashes = [word for word in printed["long.docx"].words(page) if "—" in word.said and word.top > (297 - 35) * MM]
        assert dashes
        right, left = max(word.right for word in dashes), min(word.left for word in dashes)
        if is_odd:
            assert abs(right - (210 - 26) * MM + 14) < 3  # one character in from the right
        else:
            assert abs(left - 28 * MM - 14) < 3


def test_a_long_table_has_its_head_on_each_page(printed):
    pages = printed["long.docx"].pages()
    with_rows = [page for page in pages if re.search(r"单位\s?\d", page)]
    assert len(with_rows) >= 2
    assert all(re.search(r"名次\s+单位", page) for page in with_rows)


@pytest.mark.parametrize("name", PAPERS)
def test_the_colophon_stands_at_the_foot_of_the_last_page_alone(printed, name):
    pages = printed[name].pages()
    with_colophon = [number for number, page in enumerate(pages, 1) if "抄送" in page]
    assert with_colophon == [len(pages)]
    last = next(word for word in printed[name].words(len(pages)) if "印发" in word.said and word.top > 600)
    assert (297 - 35) * MM - 30 < last.bottom < (297 - 35) * MM + 3


@pytest.mark.parametrize("name", PAPERS)
def test_the_signature_never_stands_on_a_page_without_text(printed, name):
    page = next(page for page in printed[name].pages() if re.search(r"附件[：:]", page))
    head = re.split(r"附件[：:]", page)[0].replace(DRAFT, "")
    assert head.strip()


def test_a_ticket_opens_on_one_page_with_its_columns_as_drawn(printed):
    (page,) = printed["ticket.docx"].pages()
    assert re.search(r"问题编号\s+XC-2026-0001\s+来\s*源\s+企业自报（2026-11-03）", page)
    assert squeezed(TICKET.rows[1].lines[0]) in printed["ticket.docx"].text()


def test_the_workbook_prints_in_landscape_with_its_titles(printed):
    found = printed["month.xlsx"]
    width, height = map(float, re.match(r"([\d.]+) x ([\d.]+)", found.size()).groups())
    assert width > height
    pages = found.pages()
    assert all("2026年10月讲评" in page for page in pages)
