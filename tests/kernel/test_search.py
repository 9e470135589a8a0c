"""全文检索的接口，在哪个数据库上跑就量哪个（R-62）。"""

import random

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from cases.enums import Action
from cases.filters import words_q
from cases.models import Case
from cases.services import perform
from cases.services.index import CASES
from enterprises.models import Enterprise
from enterprises.services import registry
from enterprises.services.index import FIRMS
from reports.demo import problem
from tests.cases import steps
from tests.factories import CaseFactory, EnterpriseFactory, credit_code
from zhuqi.kernel.bigrams import normalise
from zhuqi.kernel.search import CAP, SCARCE, SPAN, WINDOW, Entry

pytestmark = pytest.mark.django_db
CODES = ("LAND", "FINANCE", "INFRA", "LABOUR")


def put(*entries):
    CASES.put(Entry(*row) for row in entries)


def test_one_two_and_many_characters_numbers_and_latin_are_found():
    put((1, "XC-2026-0001 用电容量不足", "变压器 800 千伏安，GB/T 9704 附件。"), (2, "XC-2026-0002 用工", "缺焊工"))
    found = {
        words: CASES.find(words).pks for words in ("电", "足", "用电", "容量不足", "0001", "800千", "gb", "970", "工")
    }
    assert found == {
        "电": [1], "足": [1], "用电": [1], "容量不足": [1], "0001": [1], "800千": [], "gb": [1], "970": [1], "工": [2],
    }  # fmt: skip
    assert CASES.find("800 千伏").pks == [1]
    assert CASES.find("用 工").pks == [2]


def test_all_words_must_be_there_in_whichever_piece():
    put((1, "用电", "前" * 4000 + "变压器"), (2, "用电", ""), (3, "", "变压器"))
    assert CASES.find("用电 变压器").pks == [1]


def test_titles_come_first_then_the_newest():
    put((1, "用电", ""), (2, "别的", "说到用电"), (3, "别的", "也说到用电"), (4, "又是用电", ""))
    assert CASES.find("用电").pks == [4, 1, 3, 2]


@pytest.mark.parametrize("words", ["", "  ", "，。", "%", "'", '"', "''); --", "\\", ":*", "\x00"])
def test_signs_alone_find_nothing_and_break_nothing(words):
    put((1, "用电 %", "'引号'"))
    assert CASES.find(words).pks == []
    assert list(CASES.narrow(Case.objects.all(), words)) == []


@pytest.mark.parametrize("words", ["'电", '"电"', "电'); DROP", "电:*", "电\\", "电%"])
def test_signs_beside_words_are_only_breaks(words):
    put((1, "用电 drop", ""))
    assert CASES.find(words).pks == [1]


def test_a_changed_text_is_found_by_its_new_words_only():
    put((1, "用电", "旧的说法"))
    put((1, "用水", "新的说法"))
    assert [CASES.find(words).pks for words in ("用电", "旧的", "用水", "新的")] == [[], [], [1], [1]]
    CASES.drop([1])
    assert CASES.find("用水").pks == []


def test_what_is_rolled_back_was_never_indexed():
    with transaction.atomic():
        put((1, "用电", ""))
        transaction.set_rollback(True)
    assert CASES.find("用电").pks == []


def test_counting_stops_at_the_cap_and_keeps_the_newest():
    number = CAP * 3
    put(*((pk, "用电", "") for pk in range(1, number + 1)), (number + 1, "别的", ""))
    found = CASES.find("用电")
    assert (found.count, found.is_capped) == (CAP, True)
    assert found.pks == list(range(number, number - CAP, -1))


@pytest.mark.parametrize("every", [1, 3, SCARCE - 1, SCARCE, SCARCE + 1, WINDOW])
@pytest.mark.parametrize("words", ["用电", "用", "用电 增容", "增容 用电", "用电增容"])
def test_common_and_scarce_words_are_found_alike(every, words):
    hits = range(every, WINDOW * 4, every)
    rows = {pk: "用电增容" if pk % every == 0 else "用水" if pk % 2 else "增容" for pk in range(1, WINDOW * 4)}
    put(*((pk, "题", text) for pk, text in rows.items()))
    wanted = sorted(hits if words != "用" else (pk for pk, text in rows.items() if "用" in text), reverse=True)
    found = CASES.find(words)
    assert (found.pks, found.is_capped) == (wanted[:CAP], len(wanted) > CAP)


@pytest.mark.parametrize("words", ["用电", "用电 增容"])
def test_words_only_old_rows_have_are_found(words):
    put((1, "用电", "字" * 3000 + "增容"), *((pk, "别的", "增容") for pk in range(2, WINDOW * 2)))
    assert CASES.find(words).pks == [1]


def test_the_cap_counts_rows_not_their_pieces():
    body = "用电" + "字" * 1500
    put(*((pk, "题", body * 5) for pk in range(1, CAP // 2)))
    found = CASES.find("用电")
    assert (found.count, found.is_capped) == (CAP // 2 - 1, False)


def test_only_what_one_may_see_is_counted():
    mine, other = CaseFactory(title="用电不足"), CaseFactory(title="用电不足")
    assert set(CASES.find("用电").pks) == {mine.pk, other.pk}
    found = CASES.find("用电", among=Case.objects.filter(enterprise=mine.enterprise))
    assert (found.pks, found.count) == ([mine.pk], 1)


@pytest.mark.parametrize("who", ["sysadmin", "secadmin", "auditor"])
def test_whoever_sees_nothing_finds_nothing(client, city, who):
    client.force_login(city.people[who])
    answer = client.get("/search", {"q": city.firm.name})
    assert answer.status_code == 200
    assert "/enterprises/" not in answer.content.decode()


def test_recall_equals_a_comparison_letter_by_letter():
    rng = random.Random(2026)
    texts = [problem(rng, rng.choice(CODES)) for _ in range(120)]
    rows = [CaseFactory(title=text.title, description=text.description) for text in texts]
    whole = {
        row.pk: normalise(f"{row.number} {row.title}") + " " + normalise(f"{row.description} {row.wish}")
        for row in rows
    }
    for _ in range(500):
        text = rng.choice(list(whole.values()))
        start = rng.randrange(len(text))
        phrase = text[start : start + rng.randint(1, 12)].strip()
        if not phrase:
            continue
        wanted = {pk for pk, said in whole.items() if phrase in said}
        assert wanted <= set(CASES.find(phrase).pks), phrase
        found = set(CASES.narrow(Case.objects.all(), phrase).values_list("pk", flat=True))
        assert wanted <= found, phrase
        if " " not in phrase:
            assert found == wanted, phrase


def test_services_keep_the_index(city):
    case = steps.reported(city, city.at, title="缺变压器", description="夏天限产")
    assert CASES.find("限产").pks == [case.pk]
    said = {"credit_code": credit_code(900_001), "region": city.regions["weidu"]}
    firm = registry.register(registry.FirmRecord(name="许昌乙木示例有限公司", **said), actor=city.clerk, at=city.at)
    assert FIRMS.find("乙木").pks == FIRMS.find("xcymsl").pks == [firm.pk]
    registry.update(firm, registry.FirmRecord(name="许昌丙火示例有限公司", **said), actor=city.clerk, at=city.at)
    assert (FIRMS.find("乙木").pks, FIRMS.find("丙火").pks) == ([], [firm.pk])
    perform(
        perform(case, Action.ACCEPT, actor=city.clerk, at=city.at), Action.SPLIT, actor=city.clerk, at=city.at,
        parts=[("厂区道路", "坑洼"), ("排水", "管径小")],
    )  # fmt: skip
    assert len(CASES.find("坑洼").pks) == len(CASES.find("管径").pks) == 1


def test_a_case_is_found_by_its_firms_name_too(city):
    case = steps.reported(city, city.at)
    assert list(Case.objects.filter(words_q(f"{city.firm.name[2:5]} 用地"))) == [case]
    assert list(Case.objects.filter(words_q(f"{city.firm.name[2:5]} 用水"))) == []


def test_verify_says_what_is_missing_too_much_old_or_lost(capsys):
    kept, missing, old = CaseFactory(), CaseFactory(), CaseFactory()
    CASES.rebuild()
    assert CASES.verify() == []
    CASES.drop([missing.pk])
    put((old.pk, "旧标题", ""), (10**6, "多出来的", ""))
    lost = CaseFactory()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("UPDATE case_search SET tokens = '' WHERE id = %s", [lost.pk * SPAN])
        else:
            cursor.execute("DELETE FROM case_search_fts_docsize WHERE id = %s", [lost.pk * SPAN])
    assert CASES.verify() == sorted([missing.pk, old.pk, lost.pk, 10**6])
    with pytest.raises(CommandError, match="rebuild"):
        call_command("search", "verify", "case_search")
    if connection.vendor != "postgresql":
        with connection.cursor() as cursor:  # the structure itself was damaged on purpose: begin it anew
            cursor.execute("DROP TABLE case_search_fts")
            cursor.execute("CREATE VIRTUAL TABLE case_search_fts USING fts5(tokens, content='', tokenize='ascii')")
    call_command("search", "rebuild")
    call_command("search", "verify")
    assert CASES.verify() == []
    assert kept.pk in CASES.find(kept.number).pks
    assert "一致" in capsys.readouterr().out


def test_an_unknown_index_is_refused_in_words():
    with pytest.raises(CommandError, match="没有索引 no_such"):
        call_command("search", "verify", "no_such")


def test_a_firm_is_found_by_initials_and_code_once_it_is_indexed():
    firm = EnterpriseFactory(name="许昌远帆示例制造有限公司", pinyin="xcyfslzzyxgs")
    FIRMS.refresh([firm.pk])
    assert FIRMS.find("yfsl").pks == [firm.pk]
    assert FIRMS.find("远帆 示例").pks == [firm.pk]
    assert list(FIRMS.narrow(Enterprise.objects.all(), firm.credit_code[-6:])) == [firm]
