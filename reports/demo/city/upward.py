"""省平台（R-65）：三个工作日前开通，接口试报过一轮、对过一次账，没有配置接口，其余的步骤等着用表格报；交办下来两件。"""

import json
from collections import defaultdict
from datetime import datetime, time, timedelta
from random import Random
from typing import Any

from django.utils import timezone

from cadres.models import User
from cases.enums import Action, Nature, Status, Tier
from cases.models import Case
from cases.services import DispatchPlan, perform
from reports.demo.city.city import City
from reports.models import FieldMap, HandedDown, ProvinceReport
from reports.province.client import Account, Answer, ProvinceClient
from reports.services.province import handed_down, link, outbox
from reports.services.province.reconciling import reconcile
from reports.services.province.reporting import ProvinceChannel
from reports.services.sending import send_due

DAYS = 3
TRIAL = 24  # steps of the one round that went by the interface
LOST, REFUSED, ALTERED = 7, 11, 5  # every so manieth: kept receipt but no step, not taken, title cut short
NUMBER = "豫助示2026{:04d}"


def start_reporting(city: City) -> None:
    """The director switches it on; two come down; a first round goes up and is reconciled. The rest waits and says so."""
    day = city.hours.shift(city.last_run_on, -DAYS)
    since = timezone.make_aware(datetime.combine(day, time.min))
    director = User.objects.select_related("unit").get(username="director")
    link.start(since=since, actor=director, at=city.until)
    _hand_down(city)
    outbox.drain(at=city.until)
    _try_interface(city, director)


def _hand_down(city: City) -> None:
    """One of a firm we know, dispatched at once; one of a firm nobody has entered yet."""
    names = dict(FieldMap.objects.values_list("ours", "theirs"))
    firm = city.firms[-1]
    known = {"title": "厂区门口道路破损，货车进出不便", "firm_name": firm.name, "credit_code": firm.credit_code,
             "description": "厂区门口一段市政道路破损下沉，雨天积水，货车进出不便，希望尽快修补。"}  # fmt: skip
    strange = {"title": "设备更新贷款贴息没有到账", "firm_name": "许昌示例装备有限公司",
               "credit_code": "91411099MA4700000X", "description": "去年申报的设备更新贷款贴息审核通过，至今没有到账。"}  # fmt: skip
    for number, said in enumerate((known, strange), 1):
        fields = {names[ours]: value for ours, value in said.items()}
        handed_down.take({"province_number": NUMBER.format(number), "fields": fields}, at=city.until)
    case = HandedDown.objects.get(number=NUMBER.format(1)).case
    if case is None:
        return
    leaf = city.categories["INFRA.ROAD"] if "INFRA.ROAD" in city.categories else _any_leaf(city)
    clerk = city.crowd.clerks[city.units["CITY-OFFICE"].pk][0]
    perform(case, Action.ACCEPT, actor=clerk, at=city.until, category=leaf)
    plan = DispatchPlan(leaf, Tier.SINGLE, Nature.SINGLE, leaf.default_lead, (), "省平台交办，办结后由系统报回。")
    case = Case.objects.get(pk=case.pk, status=Status.ACCEPTED)
    perform(case, Action.DISPATCH, actor=clerk, at=city.until, plan=plan)


def _any_leaf(city: City) -> Any:
    return next(row for row in city.categories.values() if row.parent_id and row.default_lead_id)


class FarSide(ProvinceClient):
    """省平台那一头，在内存里：记下收到的步骤，也漏、也拒、也存错一点，好让对账对得出东西。"""

    def __init__(self, at: datetime) -> None:
        super().__init__(Account("", "", ""), lambda: at)
        self.at = at
        self.asked = 0
        self.kept: dict[str, dict[str, Any]] = defaultdict(lambda: {"steps": [], "fields": {}})

    def post(self, path: str, body: str, *, key: str) -> Answer:
        """收一步。"""
        said = json.loads(body)
        self.asked += 1
        if self.asked % REFUSED == 0:
            return Answer(422, {"errors": [{"field": "", "reason": "县（市、区）代码不在省平台的代码表里"}]})
        copy = self.kept[said["case_number"]]
        copy["case_number"] = said["case_number"]
        if self.asked % LOST:
            copy["steps"].append({"sequence": said["sequence"]})
            cut = {"title": said["fields"]["title"][:10]} if self.asked % ALTERED == 0 else {}
            copy["fields"] = said["fields"] | cut
        return Answer(201, {"receipt_number": f"{self.at:%Y%m%d}{self.asked:05d}", "received_at": self.at.isoformat()})

    def get(self, path: str, **query: str) -> Answer:
        """存下的。"""
        asked = query.get("numbers", "").split(",")
        return Answer(200, {"items": [self.kept[number] for number in asked if number in self.kept]})


class Trial(ProvinceChannel):
    """只有最早的几步。"""

    def rows(self) -> Any:
        """见上。"""
        first = list(ProvinceReport.objects.order_by("pk").values_list("pk", flat=True)[:TRIAL])
        return super().rows().filter(pk__in=first)


def _try_interface(city: City, director: User) -> None:
    far, at = FarSide(city.until), city.until
    try:
        send_due(Trial(far), clock=lambda: at, rng=Random(65), until=at + timedelta(minutes=1))
        reconcile(far, clock=lambda: at, actor=director)
    finally:
        far.close()
