"""查重：哪两家像是同一家（R-10、R-11）。"""

import pytest

from cases.rules.duplicates import Face, likely_pairs, plain_name
from enterprises.pinyin import sounds
from tests.factories import credit_code


def face(key, name, **more):
    return Face(key, name, more.pop("code", credit_code(key)), **more)


def reasons(one, other):
    found = likely_pairs([one, other], sound=sounds)
    return found[0].reasons if found else ()


@pytest.mark.parametrize(
    "name",
    [
        "许昌沅砥机械有限公司",
        "许昌（沅砥）机械有限责任公司",
        "许昌(沅砥)机械有限公司",
        "许昌 沅砥 机械 有限公司",
        "许昌市沅砥机械有限公司",
        "许昌沅砥机械股份有限公司",
        "许昌沅砥机械厂",
        "许昌沅砥机械",
    ],
)
def test_one_name_written_many_ways_is_one_plain_name(name):
    assert plain_name(name) == "许昌沅砥机械"


@pytest.mark.parametrize("name", ["公司", "市区", "有限公司", "ＡＢＣ", "", "()"])
def test_a_name_of_nothing_but_form_stays_what_it_is(name):
    assert plain_name(name) == plain_name(plain_name(name))


FIRM = "许昌沅砥精密机械有限公司"


def test_each_reason_alone():
    slip = credit_code(1)[:7] + "9" + credit_code(1)[8:17] + "0"
    assert reasons(face(1, FIRM), face(2, "许昌市（沅砥）精密机械有限责任公司")) == ("name",)
    assert reasons(face(1, FIRM), face(2, "许昌元砥精密机械有限公司")) == ("sound",)
    assert reasons(face(1, FIRM), face(2, "许昌沅砥高端精密机械有限公司")) == ("near",)
    assert reasons(face(1, FIRM, phones=["13900000001"]), face(2, "禹州珂陶有限公司", phones=["13900000001"])) == (
        "phone",
    )
    assert reasons(face(1, FIRM), face(2, "禹州珂陶有限公司", code=slip)) == ("code",)
    assert reasons(face(1, FIRM), face(2, "禹州珂陶有限公司")) == ()


def test_several_reasons_stand_together_and_the_surest_pair_first():
    faces = [
        face(1, FIRM, phones=["1"]),
        face(2, "许昌沅砥精密机械有限责任公司", phones=["1"]),
        face(3, "许昌元砥精密机械有限公司"),
    ]
    found = likely_pairs(faces, sound=sounds)
    assert [(pair.one, pair.other, pair.reasons) for pair in found] == [
        (1, 2, ("name", "phone")), (1, 3, ("sound",)), (2, 3, ("sound",)),
    ]  # fmt: skip
    assert found[0].weight > found[-1].weight


def test_a_book_keepers_phone_beside_many_firms_says_nothing():
    names = ["许昌沅砥机械", "禹州珂陶", "长葛蜂蜜", "鄢陵花木"]
    assert likely_pairs([face(n, name, phones=["1"]) for n, name in enumerate(names)], sound=sounds) == []


def test_a_trade_that_many_share_is_not_a_likeness():
    names = [f"长葛{word}沐金刚石制品有限公司" for word in "珞北翎云青"]
    assert likely_pairs([face(n, name) for n, name in enumerate(names)], sound=sounds) == []
