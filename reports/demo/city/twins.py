"""One firm entered twice and merged again, and one pair still waiting to be looked at (R-10 – R-12)."""

from datetime import datetime

from cadres.services.coverage import assign_lead
from cadres.services.visits import VisitEntry, record_visit
from cases.enums import Source
from cases.services import Report, report_problem
from cases.services.clocks import local_day
from cases.services.firm_merging import Choices, merge_firms
from enterprises import services
from enterprises.models import Enterprise
from enterprises.services import FirmRecord
from reports.demo.city.city import City
from reports.demo.city.clockwork import Life
from reports.demo.credit_codes import credit_code

MERGED, WAITING = 9, 11  # places in the register: of no fixed sign-in
LEGAL_FORM = "有限公司"


class Twins:
    """A double entry: registered a week ago, visited, a problem raised, merged by the director on the last working day."""

    def __init__(self, city: City) -> None:
        self.city, self.hours = city, city.hours
        office = city.units["CITY-OFFICE"]
        self.director, self.clerk = city.crowd.heads[office.pk], city.crowd.clerks[office.pk][-1]
        self.firm = city.firms[MERGED]
        others = (person for person in city.crowd.cadres[1:] if person != city.leads.get(self.firm.pk))
        self.cadre = next(others)

    def live(self) -> Life:
        """Its days."""
        last = self.city.last_run_on
        at = yield self.hours.at(self.hours.shift(last, -6), 10, 5)
        twin = self._register(at)
        _leave_waiting(self.city, at)
        at = yield self.hours.at(self.hours.shift(last, -3), 15, 40)
        note = "企业说另有一位干部在联系，请核对是不是重复登记。"
        record_visit(VisitEntry(twin, local_day(at), note=note), actor=self.cadre, at=at)
        at = yield self.hours.at(last, 9, 25)
        report = Report(
            twin, "厂区门口道路积水，货车进出不便", "雨后积水一天不退，原料车要绕行三公里。", Source.HOTLINE
        )
        report_problem(report, actor=self.clerk, at=at)
        at = yield self.hours.at(last, 11, 10)
        kept, absorbed = Enterprise.objects.get(pk=self.firm.pk), Enterprise.objects.get(pk=twin.pk)
        merge_firms(kept, absorbed, Choices(reason="营业执照核对过，是同一家。"), actor=self.director, at=at)

    def _register(self, at: datetime) -> Enterprise:
        firm, code = self.firm, credit_code(len(self.city.firms) + 1, self.firm.credit_code[2:8])
        twin = services.register(_entry(firm, code, address=""), actor=self.clerk, at=at)
        known = firm.contacts.all()[0]
        services.add_contact(twin, actor=self.clerk, at=at, name=known.name, phone=known.phone, post=known.post)
        assign_lead(twin, self.cadre, actor=self.director, at=at)
        return twin


def _leave_waiting(city: City, at: datetime) -> None:
    """The last entry of the register, nobody's yet, turns out to be an earlier one's twin."""
    late = city.firms[-1]
    services.update(late, _entry(city.firms[WAITING], late.credit_code), actor=None, at=at)


def _entry(firm: Enterprise, code: str, *, address: str | None = None) -> FirmRecord:
    """The firm as somebody else wrote it down: another legal form, another code."""
    name = firm.name.removesuffix(LEGAL_FORM)
    return FirmRecord(
        f"{name[:2]}（{name[2:4]}）{name[4:]}有限责任公司",
        code,
        firm.region,
        address=firm.address if address is None else address,
        industry_code=firm.industry_code,
        industry=firm.industry,
        chain=firm.chain,
    )
