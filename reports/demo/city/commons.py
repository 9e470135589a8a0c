"""共性问题 of the demo city (R-31): one answered with its policy in force, one with its policy still to come, one being
handled by the unit to show, and what the night proposes by itself. With dice of its own, like the debts.
"""

from dataclasses import dataclass, fields
from datetime import date, datetime
from random import Random
from typing import Any

from cases.enums import Action, IssueState, Nature, Outcome, PolicyGap, Source, Tier
from cases.models import Case, CommonIssue
from cases.services import DispatchPlan, Rating, Report, Ticks, perform, rate, report_problem
from cases.services.issue_answers import Answer, answer_issue, report_issue
from cases.services.issue_proposals import propose_issues
from cases.services.issues import Confirmation, confirm_issue, dismiss_issue
from cases.services.policy_drafts import draft_from
from cases.services.policy_proposals import finish_proposal, write_proposal
from policies.services import Draft, publish, revise
from reports.demo.city.city import City
from reports.demo.city.clockwork import Clockwork, Life

WAITING_MOST = 3  # proposals the office leaves for another day
ALL_TICKS = Ticks(is_solved=True, is_answered=True, has_contacted=True, firm_agrees=True)
REASONS = ("各家的情形不同，分别办理。", "已有现成政策，各自答复即可。", "同一园区的个别情况，不成共性。")


@dataclass(frozen=True, slots=True)
class Story:
    """What several firms say, who handles it for all, and what becomes of it."""

    days: int  # working days before the present at which it begins
    leaf: str
    title: str
    words: tuple[str, ...]
    summary: str
    account: str = ""
    proposal: str = ""
    owner: str = ""
    term: int = 0  # working days the policy has
    result: str = ""


STORIES = (
    Story(
        36, "ENV.WASTE", "危废收集点太远，零星危废存放超期",
        (
            "每月产生的废油、废漆桶不到半吨，收集单位嫌量小不上门，存放已经超过三个月，怕被处罚。希望设就近的收集点。",
            "零星危废量小，收集单位不上门，存放快超期了。希望在园区设就近的收集点，统一转运。",
            "废漆桶和废油量小，没有单位愿意上门收集，存放超期怕被处罚，希望设一个就近的收集点。",
            "零星危废存放超期，量小没人上门收集，请协调设就近的收集点。",
        ),
        "小微企业零星危废量小、分散，收集单位不上门。",
        "市生态环境局在三个园区设小微企业危废集中收集点，每周三上门收集一次，收费标准已公示；四家企业的存量已全部转运。",
        "出台小微企业危险废物集中收集试点办法，明确收集点布局和收费上限。", "DEPT-ECO", 20,
        "试点办法已印发，三个收集点投入运行。",
    ),
    Story(
        22, "LOGISTICS.PERMIT", "新能源货车进城通行证三个月一办",
        (
            "新能源货车的进城通行证三个月一办，每次排队半天，配送受影响。希望改为一年一办、网上能办。",
            "公司八台新能源货车，进城通行证三个月一办，办证耽误配送，希望延长有效期、网上办理。",
            "新能源货车进城通行证有效期太短，三个月一办，请改为一年一办。",
        ),
        "新能源货车通行证有效期短、只能窗口办。",
        "市公安局已把新能源货车通行证有效期改为一年，网上申请当日办结；三家企业的车辆已全部换发。",
        "修订城区货车通行管理办法，新能源货车通行证一年一办、全程网办，写进正式文件。", "DEPT-PSB", 30,
    ),
    Story(
        9, "LAND.TITLE", "老厂房手续不全，不动产证办不下来",
        (
            "厂房是 2006 年随项目建的，规划手续不全，一直办不了不动产证，银行不认抵押。希望按历史遗留问题统一处理。",
            "老厂房手续不全，不动产证办不下来，没法抵押贷款，希望按历史遗留问题统一处理。",
            "建厂早，规划手续不全，老厂房一直没有不动产证，银行不认抵押，请按历史遗留问题处理。",
        ),
        "早年招商项目规划手续不全，都卡在不动产登记。",
    ),
)  # fmt: skip


BODY_END = (
    "四、适用范围、标准和申报办法\n"
    "在本市登记、正常经营的小微企业都适用；不收申报费用。\n"
    "就近报所在园区服务站，五个工作日内答复；自发布之日起施行。"
)


class Commons:
    """The stories, and the nights on which similar problems are proposed."""

    def __init__(self, city: City, clockwork: Clockwork) -> None:
        self.city, self.clockwork, self.hours, self.rng = city, clockwork, city.hours, Random(31)
        self.firms = [firm for firm in city.firms[: city.scale.case_firms] if firm.pk in city.accounts]
        self.office = city.crowd.clerks[city.units["CITY-OFFICE"].pk][0]

    def live(self) -> Life:
        """Story after story, then the last night's proposals; each story goes on by itself meanwhile."""
        for number, story in enumerate(STORIES):
            day = self._day(story.days)
            at = yield self.hours.at(day, 9, 10)
            cases = self._reported(story, number, at)
            at = yield self.hours.at(day, 15, 5)
            for case in cases:
                perform(case, Action.ACCEPT, actor=self.office, at=at, category=self.city.categories[story.leaf])
            at = yield self.hours.at(self._day(story.days - 1), 2, 30)
            propose_issues(at=at)
            at = yield self.hours.at(self._day(story.days - 1), 10, 20)
            issue = self._confirmed(story, cases, at)
            self._dismissed(at)
            self.clockwork.start(at, self._handled(story, issue, cases))
        at = yield self.hours.at(self._day(0), 2, 30)
        propose_issues(at=at)
        at = yield self.hours.at(self._day(0), 8, 40)
        self._dismissed(at)

    def _day(self, days: int) -> date:
        return self.hours.shift(self.city.last_run_on, -days)

    def _reported(self, story: Story, number: int, at: datetime) -> list[Case]:
        first = len(self.firms) // 3 + 5 * number
        speakers = [self.firms[(first + n) % len(self.firms)] for n in range(len(story.words))]
        return [
            report_problem(
                Report(firm, story.title, words, Source.ENTERPRISE), actor=self.city.accounts[firm.pk], at=at
            )
            for firm, words in zip(speakers, story.words, strict=True)
        ]

    def _confirmed(self, story: Story, cases: list[Case], at: datetime) -> CommonIssue:
        issue = CommonIssue.objects.filter(members__case=cases[0], state=IssueState.PROPOSED).get()
        lead = self.city.categories[story.leaf].default_lead
        pks = [case.pk for case in cases]
        said = Confirmation(story.title, story.summary, lead, pks, decision="情况相同，一次办理。")
        confirm_issue(issue, said, actor=self.office, at=at)
        return CommonIssue.objects.get(pk=issue.pk)

    def _dismissed(self, at: datetime) -> None:
        """The office leaves a few for another day and says no to the rest."""
        waiting: Any = CommonIssue.objects.filter(state=IssueState.PROPOSED).with_counts()
        for issue in waiting.order_by("-case_count", "-pk")[WAITING_MOST:]:
            dismiss_issue(issue, self.rng.choice(REASONS), actor=self.office, at=at)

    def _handled(self, story: Story, issue: CommonIssue, cases: list[Case]) -> Life:
        lead, began = issue.lead, story.days - 1
        at = yield self.hours.at(self._day(began), 11, 0)
        plan = DispatchPlan(
            self.city.categories[story.leaf], Tier.COMPLEX, Nature.COMMON, lead, (), "统一办理，一次答复每一家。"
        )
        for case in cases:
            perform(case, Action.DISPATCH, actor=self.office, at=at, plan=plan)
        clerk = self.city.crowd.clerks[lead.pk if lead else 0][0]
        at = yield self.hours.at(self._day(began), 16, 30)
        for case in cases:
            perform(case, Action.SIGN, actor=clerk, at=at)
        for days in (began - 1, began - 4):
            at = yield self.hours.at(self._day(days), 15, 40)
            report_issue(issue, "已逐家走访核实，正在拟统一的办法。", actor=clerk, at=at)
        if story.account:
            yield from self._answered(story, issue, cases, clerk)

    def _published(self, policy, story: Story, drafter, at: datetime) -> None:
        """The draft gets its card and its day, and is in force."""
        on = at.date()
        said = {each.name: getattr(policy, each.name) for each in fields(Draft) if each.name != "conditions"}
        body = policy.body.split("四、")[0] + BODY_END
        said |= {"body": body, "title": story.proposal.split("，")[0].removeprefix("出台"), "card": story.result}
        said |= {"number": f"许助示〔{on.year}〕{40 + story.days}号", "published_on": on, "effective_on": on}
        publish(revise(policy, Draft(**said), actor=drafter, at=at), actor=drafter, at=at)

    def _answered(self, story: Story, issue: CommonIssue, cases: list[Case], clerk) -> Life:
        began = story.days - 1
        at = yield self.hours.at(self._day(began - 7), 16, 10)
        answer = Answer(story.account, Outcome.SOLVED, None, (self.city.paper(0),))
        answer_issue(issue, answer, actor=clerk, at=at)
        at = yield self.hours.at(self._day(began - 8), 8, 45)
        for case in cases:
            perform(case, Action.PASS_REVIEW, actor=self.office, at=at, ticks=ALL_TICKS, note="电话核实，企业认可。")
        due_on = self._day(began - 8 - story.term)
        owner = self.city.units[story.owner]
        write_proposal(issue, story.proposal, unit=owner, due_on=due_on, actor=self.office, at=at)
        for case in cases:
            perform(case, Action.MARK_GAP, actor=clerk, at=at, policy_gap=PolicyGap.NONE_YET, note=story.summary)
        at = yield self.hours.at(self._day(began - 8), 16, 20)
        drafter = self.city.crowd.clerks[owner.pk][0]
        policy = draft_from(CommonIssue.objects.get(pk=issue.pk), actor=drafter, at=at)
        for n, case in enumerate(cases):
            at = yield self.hours.at(self._day(began - 9 - n), 20, 15)
            rate(case.evaluations.get(), Rating(5 - n % 2), at=at, actor=None)
        if story.result:
            at = yield self.hours.at(self._day(began - 8 - story.term + 3), 10, 0)
            self._published(policy, story, drafter, at)
            finish_proposal(issue, story.result, actor=self.city.crowd.clerks[owner.pk][0], at=at)
