"""成批导入政策（R-62）：各种文件、各种错，断了接着做，重导一遍什么也不多。"""

import csv
import io
import json
from datetime import date, timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from cadres.models import Notice
from enterprises.models import Tag
from policies.enums import ConditionField, ImportOutcome, ImportState, Operator, PolicyState
from policies.models import Policy, PolicyCategory, PolicyImport
from policies.rules.matching import Condition
from policies.services import draft_policy, import_judging, importing
from policies.services.importing import cancel_import, lost_imports, open_import, run_import, start_import
from policies.services.index import POLICIES
from policies.services.library import conditions_of
from reports.demo.papers import papers
from tests.policies.test_library import draft, published
from zhuqi.kernel.errors import Conflict, DomainError, InvalidInput, NotPermitted
from zhuqi.kernel.spreadsheets import write_rows

pytestmark = pytest.mark.django_db
HEAD = ["政策名称", "发文字号", "发布单位", "级别", "印发日期", "正文", "摘要", "备注栏"]
TODAY = date(2026, 11, 23)
PAPERS = [paper for paper in papers(11, 120, today=TODAY) if paper.level != "COUNTY"]


def row(paper, **more):
    said = dict(zip(HEAD, [paper.title, paper.number, paper.issuer, "", f"{paper.published_on:%Y年%m月%d日}", paper.body,
                           paper.card, "x"], strict=True))  # fmt: skip
    return list((said | more).values())


def as_csv(rows, *, encoding="utf-8", head=HEAD):
    out = io.StringIO()
    csv.writer(out).writerows([head, *rows])
    return out.getvalue().encode(encoding)


def uploaded(content, name="政策.csv"):
    return SimpleUploadedFile(name, content)


def opened(city, content, name="政策.csv", actor=None):
    return open_import(uploaded(content, name), actor=actor or city.clerk, at=city.at)


def imported(city, content, name="政策.csv", *, actor=None, **how):
    batch = opened(city, content, name, actor)
    start_import(batch, actor=batch.started_by, at=city.at, **({"publishes": True, "revises": False} | how))
    return run_import(batch.pk, clock=lambda: city.at)


def outcomes(batch):
    return list(batch.rows.values_list("outcome", flat=True))


FORMS = {
    "utf-8.csv": as_csv,
    "bom.csv": lambda rows: as_csv(rows, encoding="utf-8-sig"),
    "gbk.csv": lambda rows: as_csv(rows, encoding="gb18030"),
    "excel.txt": lambda rows: "\n".join("\t".join(cell.replace("\n", " ") for cell in r) for r in [HEAD, *rows]).encode("utf-16"),
    "book.xlsx": lambda rows: write_rows(HEAD, rows),
    "lines.jsonl": lambda rows: "\n".join(json.dumps(dict(zip(HEAD, r, strict=True)), ensure_ascii=False) for r in rows).encode(),
}  # fmt: skip


@pytest.mark.parametrize("name", FORMS)
def test_every_form_of_file_gives_the_same_policies(city, name):
    batch = imported(city, FORMS[name]([row(paper) for paper in PAPERS[:5]]), name)
    assert (batch.state, batch.failure, outcomes(batch)) == (ImportState.DONE, "", ["ADDED"] * 5)
    made = {policy.number: policy for policy in Policy.objects.all()}
    for paper in PAPERS[:5]:
        policy = made[paper.number]
        assert (policy.title, policy.issuer, policy.level) == (paper.title, paper.issuer, paper.level)
        assert (policy.published_on, policy.state) == (paper.published_on, PolicyState.PUBLISHED)
        assert "".join(policy.body.split()) == "".join(paper.body.split())
    assert POLICIES.verify() == []
    assert Notice.objects.filter(user=city.clerk, key=f"policy-import:{batch.pk}").exists()


def test_the_check_counts_and_names_what_it_does_not_know(city):
    published(city, number=PAPERS[0].number)
    wrong = row(PAPERS[3], 印发日期="去年春天")
    batch = opened(city, as_csv([row(PAPERS[0]), row(PAPERS[1]), row(PAPERS[1]), wrong]))
    assert batch.checked["counts"] == {"NUMBER": 2, "ADDED": 1, "BAD": 1}
    assert batch.checked["unknown"] == ["备注栏"]
    assert batch.checked["bad"][0][0] == 5
    assert "去年春天" in batch.checked["bad"][0][2]
    assert (batch.total_count, Policy.objects.count()) == (4, 1)


def test_the_same_file_again_adds_nothing(city):
    content = as_csv([row(paper) for paper in PAPERS[:30]])
    imported(city, content)
    before = Policy.objects.count()
    again = imported(city, content)
    assert set(outcomes(again)) <= {"NUMBER", "TITLE"}
    assert Policy.objects.count() == before


def test_near_equal_texts_are_kept_apart_as_drafts(city):
    one = PAPERS[2]
    touched = one.body.replace("受理单位", "承办单位", 1)
    rows = [row(one), row(one, 发文字号="许示改〔2026〕1号", 政策名称="转发的一份", 正文=touched)]
    batch = imported(city, as_csv(rows))
    assert outcomes(batch) == ["ADDED", "ALIKE"]
    twin = Policy.objects.get(number="许示改〔2026〕1号")
    assert twin.state == PolicyState.DRAFT
    assert "第 2 行近似" in batch.rows.get(number=3).remark
    later = imported(city, as_csv([row(one, 发文字号="许示改〔2026〕2号", 政策名称="再转发的", 正文=touched)]))
    assert outcomes(later) == ["ALIKE"]


def test_same_number_however_it_is_written_and_same_title_without_one(city):
    first = PAPERS[0]
    bare = row(PAPERS[1], 发文字号="")
    imported(city, as_csv([row(first), bare]))
    other_way = first.number.replace("〔", "[").replace("〕", "] 第")
    batch = imported(city, as_csv([row(first, 发文字号=other_way), bare]))
    assert outcomes(batch) == ["NUMBER", "TITLE"]


def test_a_changed_text_of_the_same_number_is_revised_only_when_asked(city):
    paper = PAPERS[0]
    imported(city, as_csv([row(paper)]))
    changed = as_csv([row(paper, 正文="另写的全文，与原来的完全不同。", 摘要="")])
    kept = imported(city, changed)
    assert (outcomes(kept), kept.rows.get().remark) == (["NUMBER"], "全文与库里的不同，没有改（导入时没选修订）")
    revised = imported(city, changed, revises=True)
    policy = Policy.objects.get()
    assert (outcomes(revised), policy.version, policy.card) == (["REVISED"], 2, paper.card)
    assert outcomes(imported(city, changed, revises=True)) == ["NUMBER"]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("空.csv", b"", "空文件"),
        ("只有表头.csv", as_csv([]), "没有内容"),
        ("没有表头.csv", "甲,乙\n1,2".encode(), "没有找到表头"),
        ("缺一列.csv", "标题,全文\n甲,乙".encode(), "缺“发文机关”"),
        ("图片.png", b"\x89PNG", "只能导入"),
        ("改了名.csv", b"PK\x03\x04xxxx", "内容却是 Excel"),
        ("乱码.csv", bytes(range(128, 256)) * 40, "表头"),
        ("坏的.xlsx", b"PK\x03\x04xxxx", "损坏"),
        ("一个数组.jsonl", b"   \n", "没有内容"),
    ],
)
def test_a_file_that_cannot_be_taken_is_refused_in_words(city, name, content, said):
    with pytest.raises(InvalidInput, match=said):
        opened(city, content, name)
    assert not PolicyImport.objects.exists()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"政策名称": ""}, "请写标题"),
        ({"政策名称": "题" * 201}, "标题最多 200 字"),
        ({"正文": ""}, "请贴上全文"),
        ({"正文": "<script>alert(1)</script>"}, "没有文字"),
        ({"正文": "长" * 300_001}, "最多 300,000 字"),
        ({"级别": "乡级"}, "看不出是哪一级"),
        ({"印发日期": "2026年2月30日"}, "看不懂"),
        ({"发文字号": "号" * 61}, "超过 60 字"),
    ],
)
def test_one_broken_row_is_named_and_the_others_go_in(city, changed, said):
    batch = imported(city, as_csv([row(PAPERS[0]), row(PAPERS[1], **changed), row(PAPERS[2])]))
    assert outcomes(batch) == ["ADDED", "BAD", "ADDED"]
    assert said in batch.rows.get(number=3).remark
    assert Policy.objects.count() == 2


def test_a_byte_of_another_encoding_spoils_its_row_only(city):
    content = as_csv([row(PAPERS[0]), row(PAPERS[1], 备注栏="x")]).replace(
        PAPERS[1].title.encode(), b"\xb1\xea\xff\xff", 1
    )
    batch = imported(city, content)
    assert outcomes(batch) == ["ADDED", "BAD"]
    assert "认不出的字" in batch.rows.get(number=batch.rows.last().number).remark


def test_web_pages_become_text_and_never_scripts(city):
    page = "<html><body><script>alert('x')</script><p onclick=evil()>第一条　给予&nbsp;补助。</p><style>p{}</style><div>第二条<br/>发放。</div></body></html>"
    imported(city, as_csv([row(PAPERS[0], 正文=page)]))
    assert Policy.objects.get().body.split() == ["第一条", "给予", "补助。", "第二条", "发放。"]


def test_two_hundred_thousand_characters_are_taken_whole(city):
    body = "".join(f"第{n}条　给予补助。" for n in range(20_000))[:200_000]
    batch = imported(city, as_csv([row(PAPERS[0], 正文=body)]))
    assert (outcomes(batch), len(Policy.objects.get().body)) == (["ADDED"], 200_000)
    assert len(POLICIES.find("第9000条").pks) == 1


def test_without_a_card_it_stays_a_draft_and_an_unknown_category_is_said(city):
    PolicyCategory.objects.create(name="用工人才")
    head = [*HEAD[:-1], "类别"]
    paper = next(paper for paper in PAPERS if paper.level == "CITY")
    batch = imported(city, as_csv([row(paper, 摘要="", 备注栏="没有的类")], head=head))
    assert Policy.objects.get().state == PolicyState.DRAFT
    assert "明白卡" in batch.rows.get().remark
    assert "没有登记类别“没有的类”" in batch.rows.get().remark


def test_conditions_as_people_type_them_and_unknown_names_keep_it_a_draft(city):
    Tag.objects.create(name="专精特新")
    head, region = [*HEAD[:-1], "适用条件"], city.firm.region.name
    said = [
        f"县（市、区）是 {region}；规上企业；行业 C30 开头",
        "标签是 专精特新、火星企业",
        "标签是 火星企业",
        "信誉良好",
    ]
    papers = [paper for paper in PAPERS if paper.level == "CITY" and paper.card and not paper.abolished_on][:4]
    content = as_csv([row(paper, 备注栏=words) for paper, words in zip(papers, said, strict=True)], head=head)
    checked = opened(city, content).checked
    assert (checked["counts"], checked["remarks"][0][1]) == ({"ADDED": 3, "BAD": 1}, 2)
    batch = imported(city, content)
    assert outcomes(batch) == ["ADDED", "ADDED", "ADDED", "BAD"]
    one, other, _ = Policy.objects.order_by("pk")
    assert (one.state, other.state) == (PolicyState.PUBLISHED, PolicyState.DRAFT)
    assert conditions_of(one) == (
        Condition(ConditionField.REGION, Operator.IN, (region,)),
        Condition(ConditionField.ABOVE_SCALE, Operator.YES),
        Condition(ConditionField.INDUSTRY, Operator.PREFIX, ("C30",)),
    )
    assert conditions_of(other)[0].values == ("专精特新", "火星企业")
    remarks = list(batch.rows.values_list("remark", flat=True))
    assert remarks[1] == remarks[2] == "条件「企业标签」里没有登记过：火星企业，改好才能发布"
    assert "“信誉良好”看不懂" in remarks[3]


def test_a_revision_takes_new_conditions_but_not_unknown_names(city):
    head, paper = [*HEAD[:-1], "适用条件"], next(paper for paper in PAPERS if paper.level == "CITY")
    for words, body in (("规上企业", paper.body), ("", "改过的全文。"), ("从业人数满20人", "再改过的全文。")):
        imported(city, as_csv([row(paper, 正文=body, 备注栏=words)], head=head), revises=True)
    policy = Policy.objects.get()
    assert (policy.version, [one.field for one in conditions_of(policy)]) == (3, [ConditionField.STAFF])
    refused = imported(city, as_csv([row(paper, 正文="又改", 备注栏="标签是 火星企业")], head=head), revises=True)
    assert outcomes(refused) == ["BAD"]
    assert "没有登记过：火星企业" in refused.rows.get().remark
    policy.refresh_from_db()
    assert (policy.version, policy.body) == (3, "再改过的全文。")


def test_a_unit_imports_only_its_own(city):
    batch = imported(city, as_csv([row(PAPERS[0])]), actor=city.land_clerk)
    assert Policy.objects.get().unit == city.land
    seen = {who for who in ("land_head", "labour_clerk", "clerk", "county_clerk", "cadre", "leader")
            if PolicyImport.objects.visible_to(getattr(city, who)).filter(pk=batch.pk).exists()}  # fmt: skip
    assert seen == {"land_head", "clerk"}
    with pytest.raises(NotPermitted):
        opened(city, as_csv([row(PAPERS[0])]), actor=city.cadre)


def test_one_at_a_time_started_once_cancelled_once(city):
    one, other = (opened(city, as_csv([row(paper)])) for paper in PAPERS[:2])
    how = {"actor": city.clerk, "at": city.at, "publishes": True, "revises": False}
    start_import(one, **how)
    with pytest.raises(Conflict, match="另一份"):
        start_import(other, **how)
    cancel_import(one, actor=city.clerk, at=city.at)
    with pytest.raises(Conflict):
        cancel_import(one, actor=city.clerk, at=city.at)
    with pytest.raises(Conflict, match="已经开始"):
        start_import(one, **how)
    start_import(other, **how)
    assert run_import(one.pk, clock=lambda: city.at) is None
    assert run_import(other.pk, clock=lambda: city.at).state == ImportState.DONE
    assert run_import(other.pk, clock=lambda: city.at) is None
    assert PolicyImport.objects.filter(file="").count() == 2


def test_a_killed_run_goes_on_where_it_stopped(city, monkeypatch):
    monkeypatch.setattr(importing, "BATCH", 7)
    content = as_csv([row(paper) for paper in PAPERS[:40]])
    batch = opened(city, content)
    start_import(batch, actor=city.clerk, at=city.at, publishes=True, revises=False)

    def killed(now):
        if now.done_count >= 14:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_import(batch.pk, clock=lambda: city.at, say=killed)
    batch.refresh_from_db()
    assert (batch.state, batch.done_count, batch.rows.count()) == (ImportState.RUNNING, 14, 14)
    assert list(lost_imports(at=city.at + timedelta(minutes=1))) == []
    assert list(lost_imports(at=city.at + timedelta(minutes=3))) == [batch.pk]
    done = run_import(batch.pk, clock=lambda: city.at)
    assert (done.state, done.done_count, done.attempts, done.rows.count()) == (ImportState.DONE, 40, 2, 40)
    added = done.rows.filter(outcome__in=("ADDED", "ALIKE")).count()
    assert Policy.objects.count() == added
    whole = {policy.number for policy in Policy.objects.all()}
    assert whole == {paper.number for paper in PAPERS[:40]}
    assert POLICIES.verify() == []


def test_a_cancelled_run_stops_and_keeps_what_is_done(city, monkeypatch):
    monkeypatch.setattr(importing, "BATCH", 5)
    batch = opened(city, as_csv([row(paper) for paper in PAPERS[:20]]))
    start_import(batch, actor=city.clerk, at=city.at, publishes=True, revises=False)
    assert (
        run_import(batch.pk, clock=lambda: city.at, say=lambda b: cancel_import(b, actor=city.clerk, at=city.at))
        is None
    )
    batch.refresh_from_db()
    assert (batch.state, batch.rows.count(), Policy.objects.count()) == (ImportState.CANCELLED, 5, 5)


def test_given_up_after_five_breaks_and_the_never_started_are_cleared(city):
    batch = opened(city, as_csv([row(PAPERS[0])]))
    PolicyImport.objects.filter(pk=batch.pk).update(state=ImportState.RUNNING, slot="policies", attempts=5)
    idle = opened(city, as_csv([row(PAPERS[1])]))
    assert list(lost_imports(at=city.at + timedelta(days=8))) == []
    batch.refresh_from_db()
    idle.refresh_from_db()
    assert (batch.state, batch.slot, idle.state) == (ImportState.FAILED, None, ImportState.CANCELLED)


def test_a_number_taken_meanwhile_is_looked_at_again(city, monkeypatch):
    paper = PAPERS[0]
    batch = opened(city, as_csv([row(paper)]))
    start_import(batch, actor=city.clerk, at=city.at, publishes=True, revises=False)
    seen, again, turns = import_judging.Shelf.catch_up, import_judging.Judge.look_again, []

    def enter():
        draft_policy(draft(city, number=paper.number), actor=city.land_clerk, at=city.at)

    def late(shelf):
        seen(shelf)
        if not turns:
            enter()  # after the look, before the write; undone with the batch
        turns.append(1)

    def entered_for_good(judge):
        enter()
        again(judge)

    monkeypatch.setattr(import_judging.Shelf, "catch_up", late)
    monkeypatch.setattr(import_judging.Judge, "look_again", entered_for_good)
    done = run_import(batch.pk, clock=lambda: city.at)
    assert (done.state, outcomes(done), Policy.objects.count()) == (ImportState.DONE, ["NUMBER"], 1)


def test_a_firms_account_whose_rights_went_meanwhile_imports_nothing(city):
    batch = opened(city, as_csv([row(PAPERS[0])]))
    start_import(batch, actor=city.clerk, at=city.at, publishes=True, revises=False)
    city.clerk.unit = None
    city.clerk.save()
    done = run_import(batch.pk, clock=lambda: city.at)
    assert (done.state, Policy.objects.count()) == (ImportState.FAILED, 0)
    assert "维护" in done.failure


def test_the_command_imports_checks_and_refuses_in_words(city, tmp_path, capsys):
    path = tmp_path / "政策.csv"
    path.write_bytes(as_csv([row(paper) for paper in PAPERS[:3]]))
    call_command("import_policies", str(path), "--check")
    assert not Policy.objects.exists()
    call_command("import_policies", str(path), "--by", "clerk")
    said = capsys.readouterr().out
    assert "认不得的列（不导入）：备注栏" in said
    assert "新增：3" in said
    for wrong in ([str(tmp_path / "没有.csv")], [str(path), "--by", "nobody"]):
        with pytest.raises(CommandError, match="没有"):
            call_command("import_policies", *wrong)
    path.write_bytes(b"")
    with pytest.raises(CommandError, match="空文件"):
        call_command("import_policies", str(path))


def test_a_file_over_the_limit_is_refused(city):
    with pytest.raises(DomainError, match="超过 0 MB"):
        open_import(ContentFile(b"x" * 100, name="政策.csv"), actor=city.clerk, at=city.at, most=50)
    assert ImportOutcome.BAD.label
