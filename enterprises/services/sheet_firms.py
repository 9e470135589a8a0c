"""表格导入企业（R-10、R-11）：按统一社会信用代码认，没有的新增，有的改不一样的格子。"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from enterprises.credit_codes import check_credit_code, normalise_credit_code
from enterprises.models import Cluster, Enterprise, IndustryChain, Region, Tag
from enterprises.services.bulk import Amendment, Draft, amend_many, enter_many
from enterprises.services.figures import REVENUE_MOST, STAFF_MOST
from enterprises.services.merged import merged_into
from enterprises.services.rights import KEEPER
from zhuqi.kernel.sheets.columns import Cell, Column, Options
from zhuqi.kernel.sheets.kinds import SAME, Entry, Outcome, Scope, SheetKind, Verdict, bad, differences, registers

LABELS: Mapping[str, Any] = {"chain_id": IndustryChain, "cluster_id": Cluster, "tags": Tag}
NEEDED_NEW = (("name", "企业名称"), ("region_id", "县（市、区）"))
OUTSIDE = "这家企业不在本县（市、区），由所在地活动办维护。"
STALE = "导入的时候正好有人在改这家企业，这一行没有写入；请重新上传核对。"


def region_options(actor: Any) -> Options:
    """这个人管的县（市、区）；简称和代码也认。"""
    regions = list(Region.objects.within_sight_of(actor))
    also = {key: region.pk for region in regions for key in (region.short_name, region.code) if key}
    return Options({region.name: region.pk for region in regions}, also)


def _labels(model: Any) -> Any:
    return lambda _actor: Options({label.name: label.pk for label in model.objects.filter(is_active=True)})


COLUMNS = (
    Column("name", "企业名称", synonyms=("单位名称", "公司名称", "企业", "名称"), most=100, width=34, example="许昌某某机械有限公司", hint="与营业执照一致；新企业必填。"),
    Column("credit_code", "统一社会信用代码", Cell.CODE, needed=True, width=24, most=40, synonyms=("信用代码", "社会信用代码", "统一信用代码", "企业代码"), hint="18 位，按它认企业；单元格要是“文本”格式。"),
    Column("region_id", "县（市、区）", Cell.CHOICE, width=14, options=region_options, synonyms=("县区", "县市区", "所属县区", "所在县区", "区域", "属地", "所属县(市、区)", "所在县(市、区)"), hint="新企业必填。"),
    Column("address", "地址", most=200, width=30, synonyms=("企业地址", "注册地址", "经营地址", "详细地址"), example="示例路 1 号"),
    Column("industry_code", "行业代码", Cell.CODE, most=8, width=10, synonyms=("国民经济行业代码", "行业代码(GB/T4754)"), example="C3525", hint="GB/T 4754。"),
    Column("industry", "行业", most=60, width=18, synonyms=("所属行业", "行业名称"), example="模具制造"),
    Column("chain_id", "产业链", Cell.CHOICE, width=16, options=_labels(IndustryChain), synonyms=("所属产业链",)),
    Column("cluster_id", "产业集群", Cell.CHOICE, width=16, options=_labels(Cluster), synonyms=("所属产业集群", "集群")),
    Column("is_above_scale", "是否规上", Cell.YES, width=10, synonyms=("规上", "规上企业", "规模以上"), yes=frozenset({"规上", "规模以上"}), no=frozenset({"规下", "规模以下"}), example="是"),
    Column("tags", "标签", Cell.LIST, width=22, options=_labels(Tag), synonyms=("企业标签", "资质"), hint="几个用顿号隔开；填了就以填的为准，写“无”就全部去掉。"),
    Column("established_on", "成立日期", Cell.DATE, width=13, synonyms=("成立时间", "注册日期", "注册时间"), example="2015-06-08"),
    Column("revenue", "上年营业收入（万元）", Cell.NUMBER, width=14, unit="万元",
        most=REVENUE_MOST, synonyms=("营业收入", "上年营业收入", "营业收入(万元)", "营收(万元)"), example="3200"),
    Column("staff_count", "从业人数", Cell.NUMBER, width=10, unit="人",
        most=STAFF_MOST, synonyms=("职工人数", "员工人数", "从业人员"), example="120"),
)  # fmt: skip
BY_KEY = {column.key: column for column in COLUMNS}


class FirmSheet(SheetKind):
    """企业。"""

    key = "firms"
    label = "企业"
    icon = "building-factory-2"
    about = "登记新企业，更新名称、地址、行业、标签、成立日期、收入和人数"
    roles = frozenset({KEEPER})
    identity = ("credit_code",)
    distinct = ("name",)
    back = "enterprises:list"
    notes = (
        "按统一社会信用代码认企业：系统里没有的新增，有的只改填了、又不一样的格子；空着的格子和没有的栏不动。",
        "不登记身份证号。联系人在企业页上添加。新登记的企业还没有牵头干部，请接着导入包联表。",
    )

    def columns(self, actor: Any) -> tuple[Column, ...]:
        """见上。"""
        return COLUMNS

    def judge(self, entries: Sequence[Entry], scope: Scope) -> list[Verdict]:
        """四句查询，不论几行。"""
        books = _Books(entries, scope)
        return [books.verdict(entry) for entry in entries]

    def write(self, rows: Sequence[tuple[Entry, Verdict]], scope: Scope, at: datetime) -> dict[int, str]:
        """新增的一次登记，改动的逐家比较并交换。"""
        new = [entry for entry, verdict in rows if verdict.outcome == Outcome.NEW]
        enter_many([_draft(entry) for entry in new], actor=scope.actor, at=at)
        changed = {
            verdict.about.pk: (entry.number, _amendment(entry, verdict.about))
            for entry, verdict in rows
            if verdict.outcome == Outcome.CHANGED
        }
        stale = amend_many([each for _number, each in changed.values()], actor=scope.actor, at=at)
        return {changed[pk][0]: STALE for pk in stale}


class _Books:
    """这一批行要比的在册企业。"""

    def __init__(self, entries: Sequence[Entry], scope: Scope) -> None:
        codes = {normalise_credit_code(entry.get("credit_code", "")) for entry in entries}
        names = {_name(entry) for entry in entries} - {""}
        self.scope = scope
        self.firms = {firm.credit_code: firm for firm in Enterprise.objects.filter(credit_code__in=codes)}
        named = Enterprise.objects.filter(name__in=names).select_related("region")
        self.named = {firm.name: firm for firm in named}
        self.tags: dict[int, set[int]] = defaultdict(set)
        pairs = Enterprise.tags.through.objects.filter(enterprise__in=[firm.pk for firm in self.firms.values()])
        for firm, tag in pairs.values_list("enterprise", "tag"):
            self.tags[firm].add(tag)
        self.said = {
            key: dict(model.objects.values_list("pk", "name")) for key, model in {**LABELS, "region_id": Region}.items()
        } if self.firms else {}  # fmt: skip
        regions = scope.actor.region_ids if scope.actor is not None else None
        self.regions = None if regions is None else frozenset(regions)

    def verdict(self, entry: Entry) -> Verdict:
        """一行的结局。"""
        code = normalise_credit_code(entry.get("credit_code", ""))
        check = check_credit_code(code)
        if check.error:
            return bad("credit_code", check.error)
        if entry.get("established_on", self.scope.today) > self.scope.today:
            return bad("established_on", "成立日期不能晚于今天。")
        firm, name = self.firms.get(code), _name(entry)
        twin = self.named.get(name)
        if twin is not None and twin.credit_code != code:
            return bad("name", f"“{name}”已用代码 {twin.credit_code} 登记在{twin.region}，代码不同，请核对。")
        if firm is not None:
            return self._known(entry, firm, name)
        for key, heading in NEEDED_NEW:
            if key not in entry.values:
                return bad(key, f"系统里没有这个代码，新企业要填{heading}。")
        return Verdict(Outcome.NEW, remark=check.warning)

    def _known(self, entry: Entry, firm: Enterprise, name: str) -> Verdict:
        if not firm.is_active:
            kept = merged_into(firm)
            said = (
                f"已并入“{kept.name}”（{kept.credit_code}），请用那一家的代码。"
                if kept
                else "已移出在册，先恢复在册再导入。"
            )
            return bad("credit_code", f"“{firm.name}”{said}")
        if self.regions is not None and firm.region_id not in self.regions:
            return bad("credit_code", OUTSIDE)
        changes = differences(self._pairs(entry, firm), self.said)
        if not changes:
            return SAME
        remark = f"会改名：原来叫“{firm.name}”。" if name and name != firm.name else ""
        return Verdict(Outcome.CHANGED, changes=changes, remark=remark, about=firm)

    def _pairs(self, entry: Entry, firm: Enterprise) -> Iterable[tuple[Column, Any, Any]]:
        for key, value in _columns(entry).items():
            if key != "credit_code":
                yield BY_KEY[key], getattr(firm, key), value
        if "tags" in entry.values:
            yield BY_KEY["tags"], self.tags[firm.pk], set(entry.values["tags"])


def _name(entry: Entry) -> str:
    return " ".join(str(entry.get("name", "")).split())


def _columns(entry: Entry) -> dict[str, Any]:
    """填了的各列，写成存的样子。"""
    columns = {key: value for key, value in entry.values.items() if key != "tags"}
    columns["credit_code"] = normalise_credit_code(columns["credit_code"])
    if "name" in columns:
        columns["name"] = _name(entry)
    return columns


def _draft(entry: Entry) -> Draft:
    return Draft(_columns(entry), tuple(entry.get("tags", ())))


def _amendment(entry: Entry, firm: Enterprise) -> Amendment:
    columns = {
        key: value for key, value in _columns(entry).items() if key != "credit_code" and value != getattr(firm, key)
    }
    return Amendment(firm, columns, entry.get("tags"))


FIRMS_SHEET = registers(FirmSheet())
