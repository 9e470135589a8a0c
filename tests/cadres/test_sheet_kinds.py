"""表格导入的包联、单位、人员（R-12、R-01、R-70、R-71）：每一种结局。"""

import pytest

from cadres.models import Assignment, AuditEntry, Unit, User
from cadres.services import sheet_imports
from cadres.services.coverage import assign_lead, current_lead
from tests.factories import AssignmentFactory, EnterpriseFactory, UserFactory
from tests.sheets import checked, imported, marked, outcomes
from zhuqi.kernel.sheets.kinds import kind_of
from zhuqi.kernel.sheets.reading import read_table
from zhuqi.kernel.sheets.template import Template

COVER = ["统一社会信用代码", "企业名称", "牵头干部", "协助干部", "包联领导", "调整说明"]
UNITS = ["代码", "名称", "类别", "上级", "区域"]
PEOPLE = ["账号", "姓名", "单位", "职务", "电话"]


def cover(city, who="clerk", **cells):
    row = {"统一社会信用代码": city.firm.credit_code, **cells}
    return checked("assignments", [COVER, [row.get(name, "") for name in COVER]], actor=city.people[who], at=city.at)


def now(firm, role):
    return [row.cadre.username for row in firm.assignments.filter(to_on=None, role=role).order_by("cadre__username")]


# --- 包联 -------------------------------------------------------------------------------------------------------------
def test_the_whole_of_a_firms_cover_changes_in_one_row_and_again_changes_nothing(city):
    helper = UserFactory(username="helper", name="冯助手", role="CADRE", unit=city.land)
    AssignmentFactory(enterprise=city.firm, cadre=helper, role="ASSISTANT")
    lines = [COVER, [city.firm.credit_code, city.firm.name, "何干部（other_cadre）", "许干部", "秦副市长", "轮换"]]
    job = imported("assignments", lines, actor=city.clerk, at=city.at)
    assert job.details["shown"]["C"][0]["changes"] == [
        ["牵头干部", "许干部（cadre）", "何干部（other_cadre）"],
        ["协助干部", "冯助手（helper）", "许干部（cadre）"],
        ["包联领导", "（空）", "秦副市长（leader）"],
    ]
    assert (job.details["written"], job.details["left_count"]) == ({"N": 0, "C": 1}, 0)
    assert [now(city.firm, role) for role in ("LEAD", "ASSISTANT", "LEADER")] == [
        ["other_cadre"],
        ["cadre"],
        ["leader"],
    ]
    ended = Assignment.objects.get(cadre=helper)
    assert (ended.to_on, ended.note) == (city.today, "轮换")
    assert checked("assignments", lines, actor=city.clerk, at=city.at).details["counts"] == {"S": 1}


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        ({"统一社会信用代码": "91411002MT000000XX"}, "没有找到代码为"),
        ({"企业名称": "别的公司"}, "与填的企业名称不一致"),
        ({"牵头干部": "没这个人"}, "没有账号或姓名是“没这个人”的人"),
        ({"牵头干部": "郑科员"}, "郑科员不是助企干部"),
        ({"包联领导": "许干部"}, "许干部不是领导"),
        ({"牵头干部": "无"}, "牵头干部不能空缺"),
        ({"协助干部": "cadre"}, "许干部已经是牵头干部"),
    ],
)
def test_a_row_that_cannot_be_says_why(city, cells, why):
    assert why in outcomes(cover(city, **cells))[2][1]


def leads(firm):
    return list(firm.assignments.filter(role="LEAD").order_by("pk").values_list("cadre__username", "to_on"))


def test_a_lead_is_changed_given_and_kept_and_the_old_one_stays_in_the_history(city):
    """The column heads are those of the adjustment sheet offices already have at hand."""
    third, fourth = EnterpriseFactory.create_batch(2, region=city.firm.region)
    lines = [
        ["统一社会信用代码", "企业名称", "县（市、区）", "现牵头干部", "新牵头干部账号", "调整说明"],
        [city.firm.credit_code.lower(), city.firm.name, "", "许干部（cadre）", "OTHER_CADRE", "轮岗"],
        [third.credit_code, "", "", "（无）", "cadre", ""],
        [city.other_firm.credit_code, "", "", "何干部（other_cadre）", "other_cadre", ""],
        [fourth.credit_code, fourth.name, "", "（无）", "", ""],
    ]
    job = checked("assignments", lines, actor=city.director, at=city.at)
    assert {number: said[0] for number, said in outcomes(job).items()} == {2: "C", 3: "C", 4: "S", 5: "S"}
    assert (leads(city.firm), leads(third)) == ([("cadre", None)], [])
    job = imported("assignments", lines, actor=city.director, at=city.at)
    assert job.details["written"] == {"N": 0, "C": 2}
    assert leads(city.firm) == [("cadre", city.today), ("other_cadre", None)]
    assert (leads(third), leads(fourth)) == ([("cadre", None)], [])
    assert leads(city.other_firm) == [("other_cadre", None)]


def test_the_same_firm_twice_and_a_firm_without_a_code_are_refused(city):
    row = [city.firm.credit_code, "", "other_cadre", "", "", ""]
    job = checked("assignments", [COVER, row, row, ["", city.firm.name, *row[2:]]], actor=city.clerk, at=city.at)
    found = outcomes(job)
    assert [found[number][0] for number in (2, 3, 4)] == ["C", "B", "B"]
    assert "与第 2 行重复" in found[3][1]
    assert "没有填统一社会信用代码" in found[4][1]


def test_a_firm_whose_lead_changed_since_the_check_keeps_that_one(city):
    third, new = EnterpriseFactory(region=city.firm.region), UserFactory(role="CADRE")
    lines = [COVER, *([firm.credit_code, "", "other_cadre", "", "", ""] for firm in (third, city.firm))]
    job = checked("assignments", lines, actor=city.director, at=city.at)
    assign_lead(city.firm, new, actor=city.clerk, at=city.at, seen=current_lead(city.firm).pk)
    sheet_imports.confirm(job, actor=city.director, at=city.at)
    done = sheet_imports.run_sheet(job.pk, clock=lambda: city.at)
    assert (done.details["written"], done.details["left_count"]) == ({"N": 0, "C": 1}, 1)
    assert "检查以后被别人改过" in marked(done, "write").rows[1]["原因"]
    assert (now(third, "LEAD"), now(city.firm, "LEAD")) == (["other_cadre"], [new.username])


def test_two_of_one_name_are_told_apart_by_account(city):
    UserFactory(username="twin", name="何干部", role="CADRE", unit=city.land)
    assert "叫“何干部”的有 2 位" in outcomes(cover(city, 牵头干部="何干部"))[2][1]
    assert outcomes(cover(city, 牵头干部="TWIN"))[2] == ("C", "")


def test_who_left_cannot_be_assigned(city):
    UserFactory(username="gone", name="走了", role="CADRE", unit=city.land, is_active=False)
    assert "账号已停用" in outcomes(cover(city, 牵头干部="gone"))[2][1]


def test_a_county_office_adjusts_its_own_firms_only(city):
    assert outcomes(cover(city, "county_clerk", 牵头干部="other_cadre"))[2][0] == "C"
    assert outcomes(cover(city, "other_county_clerk", 牵头干部="other_cadre"))[2][0] == "B"


def test_the_template_holds_the_present_and_sent_back_changes_nothing(city):
    kind = kind_of("assignments")
    content = Template(kind, city.clerk).content()
    table = read_table(content, kind.columns(city.clerk))
    assert [line.cells["lead"] for line in table.lines] == ["许干部（cadre）", "何干部（other_cadre）"]
    countys = read_table(Template(kind, city.county_clerk).content(), kind.columns(city.county_clerk))
    assert [line.cells["name"] for line in countys.lines] == [city.firm.name]


# --- 单位 -------------------------------------------------------------------------------------------------------------
def units(city, *rows):
    return imported("units", [UNITS, *rows], actor=city.sysadmin, at=city.at)


def test_units_come_with_those_above_them_in_any_order(city):
    job = units(
        city, ["NEWB", "新设下级局", "市直部门", "NEWA", ""], ["NEWA", "新设上级局", "市直部门", "市人社局", ""]
    )
    assert job.details["written"] == {"N": 2, "C": 0}
    assert Unit.objects.get(code="NEWB").parent.parent == city.labour


def test_a_unit_is_changed_where_it_differs_and_blank_cells_leave_it(city):
    job = units(city, ["zrzy", "市自然资源和规划局", "", "市万人助企活动办", ""])
    assert job.details["shown"]["C"][0]["changes"] == [["上级", "（空）", "市万人助企活动办"]]
    city.land.refresh_from_db()
    assert (city.land.parent, city.land.kind) == (city.office, "DEPARTMENT")


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (["NEWA", "", "市直部门", "", ""], "新单位要填名称"),
        (["NEWA", "新局", "", "", ""], "新单位要填类别"),
        (["NEWA", "新局", "大部门", "", ""], "没有“大部门”这一项"),
        (["NEWA", "新局", "市直部门", "没有的局", ""], "没有叫“没有的局”的单位"),
        (["NEWA", "市自然资源和规划局", "市直部门", "", ""], "已有同名的单位，代码是 ZRZY"),
    ],
)
def test_a_unit_that_cannot_be_says_why(city, row, why):
    assert why in outcomes(checked("units", [UNITS, row], actor=city.sysadmin, at=city.at))[2][1]


def test_what_the_service_refuses_is_left_with_its_reason(city):
    job = units(city, ["SHDB", "市万人助企活动办", "", "WDHDB", ""])
    assert "上级不能是自己或自己的下级" in marked(job, "write").rows[0]["原因"]


# --- 人员 -------------------------------------------------------------------------------------------------------------
def people(city, *rows):
    return imported("people", [PEOPLE, *rows], actor=city.sysadmin, at=city.at)


def test_accounts_are_opened_without_role_and_without_password(city):
    job = people(city, ["Zhangsan", "张三", "市人社局", "科员", "139 0000 1234"])
    user = User.objects.get(username="Zhangsan")
    assert job.details["written"] == {"N": 1, "C": 0}
    assert (user.role, user.unit, user.phone, user.has_usable_password()) == ("", city.labour, "13900001234", False)
    assert AuditEntry.objects.filter(act="开立账号", target="张三（Zhangsan）").count() == 1
    again = checked("people", [PEOPLE, ["zhangsan", "张三", "RSJ", "", ""]], actor=city.sysadmin, at=city.at)
    assert again.details["counts"] == {"S": 1}


def test_a_move_to_another_unit_is_shown_with_what_it_costs(city):
    User.objects.filter(username="land_clerk").update(sso_id="sso-1")
    job = people(city, ["land_clerk", "蒋科员", "魏都区活动办", "主任科员", ""])
    assert "原来的授权可能收回" in job.details["shown"]["C"][0]["remark"]
    city.land_clerk.refresh_from_db()
    assert (city.land_clerk.unit, city.land_clerk.role, city.land_clerk.post) == (city.county_office, "", "主任科员")
    assert city.land_clerk.sso_id == "sso-1"


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (["张三", "张三", "市人社局", "", ""], "账号名只用字母"),
        (["zhangsan", "", "市人社局", "", ""], "新账号要填姓名"),
        (["zhangsan", "张三", "没有的局", "", ""], "没有叫“没有的局”的单位"),
        (["zhangsan", "张三", "市人社局", "", "123"], "不像电话"),
        (["sysadmin", "系统员", "市人社局", "", ""], "不能给自己办"),
    ],
)
def test_an_account_that_cannot_be_says_why(city, row, why):
    assert why in outcomes(checked("people", [PEOPLE, row], actor=city.sysadmin, at=city.at))[2][1]


def test_an_account_of_a_firm_is_named_by_its_code(city):
    head = [*PEOPLE, "企业的统一社会信用代码"]
    imported("people", [head, ["firm2", "吴经理", "", "", "", city.firm.credit_code]], actor=city.sysadmin, at=city.at)
    assert User.objects.get(username="firm2").enterprise == city.firm
    both = ["firm3", "吴经理", "市人社局", "", "", city.firm.credit_code]
    assert "只能填一个" in outcomes(checked("people", [head, both], actor=city.sysadmin, at=city.at))[2][1]
