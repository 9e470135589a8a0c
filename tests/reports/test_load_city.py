"""另一座城市载入自己的区域、单位、类别（R-02）：写出、改、载入；错在哪里说清楚，什么也不留。"""

import json

import pytest
from django.core.management import CommandError, call_command

from cadres.models import Unit
from cases.models import Category
from enterprises.models import Region
from reports.demo.book import read, shipped, written
from zhuqi.kernel.errors import InvalidInput

pytestmark = pytest.mark.django_db


def another_city():
    """自带的数据改成另一座城市：只留两个县。"""
    data = json.loads(written(shipped()))
    data["regions"] = data["regions"][:3]
    kept = {row["code"] for row in data["regions"]}
    data["units"] = [row for row in data["units"] if not row["region_code"] or row["region_code"] in kept]
    data["regions"][0]["name"] = "示例市"
    data["regions"][1]["name"] = "甲县"
    return data


def test_what_is_written_reads_back_the_same():
    assert read(written(shipped())) == shipped()


def test_another_city_loads_its_own(tmp_path):
    file = tmp_path / "city.json"
    file.write_text(json.dumps(another_city(), ensure_ascii=False), encoding="utf-8")
    call_command("load_city", "--from", str(file))
    assert set(Region.objects.values_list("name", flat=True)) >= {"甲县"}
    assert Region.objects.count() == 2
    assert Unit.objects.filter(name="甲县人民政府").exists()
    assert Category.objects.filter(code="LEGAL", is_legal=True).exists()


def test_loading_twice_adds_nothing(tmp_path):
    call_command("load_city")
    before = Region.objects.count(), Unit.objects.count(), Category.objects.count()
    call_command("load_city")
    assert (Region.objects.count(), Unit.objects.count(), Category.objects.count()) == before


def test_the_shipped_data_can_be_written_out(tmp_path):
    file = tmp_path / "city.json"
    call_command("load_city", "--write", str(file))
    assert read(file.read_text(encoding="utf-8")) == shipped()


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda data: data["units"][3].update(parent_code="NOBODY"), "NOBODY"),
        (lambda data: data["units"][3].update(kind="WHAT"), "WHAT"),
        (lambda data: data["units"][3].pop("name"), "栏目不对"),
        (lambda data: data["regions"].append(dict(data["regions"][1])), "用了两次"),
        (lambda data: data["categories"][0].update(task_force_code="TF-X"), "TF-X"),
        (lambda data: data.pop("units"), "三个列表"),
        (lambda data: [row.update(region_code=data["regions"][1]["code"]) for row in data["units"]], "市活动办"),
    ],
)
def test_each_mistake_is_named_and_nothing_is_loaded(spoil, said, tmp_path):
    data = another_city()
    spoil(data)
    with pytest.raises(InvalidInput) as refused:
        read(json.dumps(data))
    assert said in refused.value.message
    file = tmp_path / "city.json"
    file.write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(CommandError, match=said):
        call_command("load_city", "--from", str(file))
    assert not Region.objects.exists()


@pytest.mark.parametrize("text", ["", "不是 JSON", "[]", "{}"])
def test_a_file_that_is_no_book_is_refused_in_words(text):
    with pytest.raises(InvalidInput):
        read(text)


def test_a_missing_file_is_said():
    with pytest.raises(CommandError, match="没有这个文件"):
        call_command("load_city", "--from", "nowhere.json")
