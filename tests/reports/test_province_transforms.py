"""一项值换成省平台的、再换回来；对不上的说出来，不猜（R-65）。"""

import pytest

from reports.enums import Transform
from reports.province.fields import ITEMS
from reports.province.transforms import BY_NAME, UnknownValueError, inward, outward

CODES = {"A": "1", "B": "2", "C": "2"}


def test_every_transform_has_its_function_and_every_item_a_transform():
    assert set(BY_NAME) == set(Transform.values)
    assert {item.transform for item in ITEMS} <= set(BY_NAME)
    assert len({item.theirs for item in ITEMS}) == len({item.ours for item in ITEMS}) == len(ITEMS)


@pytest.mark.parametrize(
    ("name", "value", "made"),
    [
        ("text", "二期厂房", "二期厂房"),
        ("text", 7, "7"),
        ("code", "A", "1"),
        ("day", "2026-02-13", "20260213"),
        ("day", "2026-02-13T10:00:00+08:00", "20260213"),
        ("instant", "2026-02-13T02:30:00+00:00", "2026-02-13 10:30:00"),
        ("whole", 5, 5),
        ("flag", True, "1"),
        ("flag", False, "0"),
        ("code", "", None),
        ("day", None, None),
    ],
)
def test_outward(name, value, made):
    assert outward(name, value, CODES) == made


@pytest.mark.parametrize(
    ("name", "value"), [("code", "Z"), ("day", "昨天"), ("instant", "x"), ("whole", "甲"), ("flag", "是")]
)
def test_what_has_no_equal_is_said(name, value):
    with pytest.raises(UnknownValueError, match=str(value)):
        outward(name, value, CODES)


def test_back_again_only_where_it_is_one():
    assert inward("code", "1", CODES) == "A"
    assert inward("text", "甲", {}) == "甲"
    assert inward("code", None, CODES) == ""
    with pytest.raises(UnknownValueError, match="不止一个"):
        inward("code", "2", CODES)
    with pytest.raises(UnknownValueError, match="没有对应的"):
        inward("code", "9", CODES)
