"""Reads the State Council's holiday notice as pasted (R-42). Pure: no database.

Every sentence that names a date has to be accounted for to its last character; what remains is reported in Chinese,
never dropped. Advice (鼓励 …) sets no day off and is reported as a remark.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from cadres.calendar import DAY, DayKind, WorkCalendar, is_weekday

LONGEST = 16  # no notice ever gave more days in one run; more is a misread year
WEEKDAYS = "一二三四五六日"
KNOWN = ("元旦", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节")
ALIASES = {"清明": "清明节", "劳动": "劳动节", "五一": "劳动节", "端午": "端午节", "中秋": "中秋节", "国庆": "国庆节"}

TITLE = re.compile(r"(?:关于|现将)[^。]{0,12}?(\d{4})年")
ANY_YEAR = re.compile(r"(\d{4})年")
NUMBER = re.compile(r"国办发(?:明电)?[〔\[(](\d{4})[〕\])]第?(\d+)号")
SIGNATURE = re.compile(r"国务院办公厅(\d{4})年(\d{1,2})月(\d{1,2})日")
NUMBERING = re.compile(r"(?:^|(?<=[。;)]))(?:\(?[一二三四五六七八九十]{1,3}[)、.]|\(?\d{1,2}[)、.](?!\d))")
# An item may follow a title that ends without a full stop: on a new line, or where it names a holiday we know.
NEW_ITEM = re.compile(rf"\n(?=\s*[一二三四五六七八九十]{{1,3}}、)|(?=[一二三四五六七八九十]、(?:{'|'.join(KNOWN)}))")
HEADER = re.compile(r"^([一-鿿](?:[一-鿿\d、和])*?):")
DATE = r"(?:(?P<y{0}>\d{{4}})年)?(?:(?P<m{0}>\d{{1,2}})月)?(?P<d{0}>\d{{1,2}})日(?:\((?P<p{0}>[^()]*)\))?"
RUN = re.compile(DATE.format(1) + r"(?:(?:至|到|-+|—+|–+|~)" + DATE.format(2) + r")?")
VERB = re.compile(
    r"(?:,?(?:照常|正常|起正常|起)?(?P<work>上班|工作)|(?:起)?(?P<off>放假调休|调休放假|放假补休|放假|补休|调休|休息|休假|公休)(?P<n>\d+天)?)"
)
JOINT = re.compile(r"[、,和及与]|以及")
MODIFIER = re.compile(r",?(?:共(?P<n>\d+)天|不调休|与周末连休|与周末连|连休(?P<c>\d+)天|(?:也)?调休|适逢周末)")
EXTENSION = re.compile(
    r"延长(?:(?P<y>\d{4})年)?(?P<name>[一-鿿]{2,12}?)假期(?:至|到)(?:(?P<m>\d{1,2})月)?(?P<d>\d{1,2})日(?:\([^()]*\))?"
)
ADVICE = re.compile(r"鼓励|建议|提倡|倡导|可结合|可以结合")
REST_WORDS = re.compile(r"放假|补休|连休|上班|休息")
BOILERPLATE = re.compile(r"通知如下|带薪年休假|值班|另行通知|工资报酬|自行安排")


@dataclass(frozen=True, slots=True)
class NamedDay:
    """A day a notice named, with the holiday it belongs to."""

    on: date
    name: str


@dataclass(frozen=True, slots=True)
class HolidayNotice:
    """What a notice says, and what in it was not understood."""

    year: int | None
    number: str
    issued_on: date | None
    days_off: tuple[NamedDay, ...]
    makeup_days: tuple[NamedDay, ...]
    problems: tuple[str, ...]
    remarks: tuple[str, ...]
    is_supplement: bool  # changes a year already published: it does not publish one by itself
    text: str  # as pasted

    def special(self) -> dict[date, tuple[DayKind, str]]:
        """The days as a calendar takes them."""
        found = {day.on: (DayKind.HOLIDAY, day.name) for day in self.days_off}
        return found | {day.on: (DayKind.MAKEUP, day.name) for day in self.makeup_days}


def parse_notice(text: str, known: WorkCalendar | None = None) -> HolidayNotice:
    """Read `text`. `known` is the calendar so far, needed only where a notice extends a holiday already given."""
    return _Reader(text, known).read()


class _UnreadableError(ValueError):
    """A date that does not exist; the message is the sentence for the reader."""


@dataclass
class _Reader:
    text: str
    known: WorkCalendar | None
    year: int | None = None
    section: str = ""
    off: dict[date, str] = field(default_factory=dict)
    work: dict[date, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def read(self) -> HolidayNotice:
        flat = re.sub(r"\s+", "", NEW_ITEM.sub("。", unicodedata.normalize("NFKC", self.text)))
        flat, issued_on = self._signature(flat)
        number = NUMBER.search(flat)
        titled = TITLE.search(flat) or ANY_YEAR.search(flat)
        self.year = int(titled[1]) if titled else None
        supplement = re.search(r"关于(?:延长|调整)", flat) is not None
        if self.year is None:
            self.problems.append("没有找到年份：请从标题“关于 ×××× 年部分节假日安排的通知”开始粘贴全文。")
        else:
            self._title_section(flat)
            for sentence in self._sentences(flat):
                self._sentence(sentence)
            self._cross_check(supplement=supplement)
        return HolidayNotice(
            year=self.year,
            number=number[0].replace("[", "〔").replace("]", "〕") if number else "",
            issued_on=issued_on,
            days_off=tuple(NamedDay(day, name) for day, name in sorted(self.off.items())),
            makeup_days=tuple(NamedDay(day, name) for day, name in sorted(self.work.items())),
            problems=tuple(self.problems),
            remarks=tuple(self.remarks),
            is_supplement=supplement,
            text=self.text.strip(),
        )

    def _signature(self, flat: str) -> tuple[str, date | None]:
        signatures = list(SIGNATURE.finditer(flat))
        if not signatures:
            return flat, None
        last = signatures[-1]
        try:
            issued_on = date(int(last[1]), int(last[2]), int(last[3]))
        except ValueError:
            return flat, None
        return flat[: last.start()] + "。" + flat[last.end() :], issued_on

    def _title_section(self, flat: str) -> None:
        """A notice about one holiday names it in its title only (关于调整 2019 年劳动节假期安排的通知)."""
        title = flat.split("通知", 1)[0]
        named = [name for name in KNOWN if name in title]
        self.section = named[0] if len(named) == 1 else ""

    def _sentences(self, flat: str) -> Iterator[str]:
        for sentence in re.split(r"[。;!]", NUMBERING.sub("。", flat)):
            # The salutation (各省、…机构:) and the opening end in colons too; a section's head names a holiday.
            head, rest = HEADER.match(sentence), sentence
            if head and "机构" not in head[1] and len(head[1]) <= 40:
                self.section = _canonical(head[1])
                rest = sentence[head.end() :]
            if rest:
                yield rest

    def _sentence(self, sentence: str) -> None:
        extension = EXTENSION.search(sentence)
        if extension:
            self._extend(extension)
            sentence = sentence[: extension.start()] + sentence[extension.end() :]
        if not RUN.search(sentence):
            if REST_WORDS.search(sentence) and not BOILERPLATE.search(sentence):
                self.remarks.append(f"这一句没有写日期，没有计入：“{sentence}”。")
            return
        if ADVICE.search(sentence):
            self.remarks.append(f"这一句是倡导，不算放假，没有计入：“{sentence}”。")
            return
        if not REST_WORDS.search(sentence) and not self.section:
            return  # a date in the head or the tail: an issue date, a deadline for reports
        try:
            rest = self._take_groups(sentence)
        except _UnreadableError as error:
            self.problems.append(str(error))
            return
        if rest.strip(",、"):
            self.problems.append(f"没有看懂“{rest.strip(',、')}”，原句是：“{sentence}”。请在年历上核对并手工改正。")

    def _take_groups(self, sentence: str) -> str:
        """Record every 'dates + verb'; return what was left unread."""
        left, at = "", 0
        pending: list[date] = []
        off_days: list[date] = []
        while at < len(sentence):
            run, verb, modifier = (each.match(sentence, at) for each in (RUN, VERB, MODIFIER))
            if run:
                pending += self._run(run)
                at = run.end()
            elif modifier and not pending:
                self._check_count(modifier["n"] or modifier["c"], off_days, sentence)
                at = modifier.end()
            elif verb and pending:
                if verb["work"]:
                    self._record(pending, self.work)
                else:
                    self._record(pending, self.off)
                    off_days += pending
                    self._check_count((verb["n"] or "").rstrip("天"), off_days, sentence)
                pending, at = [], verb.end()
            else:
                joint = JOINT.match(sentence, at)
                left += "" if joint else sentence[at]
                at = joint.end() if joint else at + 1
        if pending:
            names = "、".join(f"{day:%m-%d}" for day in pending[:3])
            left = left or f"{names} 之后没有写放假还是上班"
        return left

    def _run(self, found: re.Match[str]) -> list[date]:
        first = self._date(found, "1", None)
        if found["d2"] is None:
            self._check_weekday(first, found["p1"])
            return [first]
        last = self._date(found, "2", first)
        if last < first and found["y1"] is None and self._is_new_year():
            first = first.replace(year=first.year - 1)
        elif last < first and found["y2"] is None:
            last = last.replace(year=last.year + 1)
        length = (last - first).days + 1
        if not 1 <= length <= LONGEST:
            message = f"“{found[0]}”有 {length} 天，像是写错了，没有计入。"
            raise _UnreadableError(message)
        self._check_weekday(first, found["p1"])
        self._check_weekday(last, found["p2"])
        return [date.fromordinal(first.toordinal() + step) for step in range(length)]

    def _date(self, found: re.Match[str], which: str, earlier: date | None) -> date:
        year = found[f"y{which}"] or (earlier.year if earlier else self.year)
        month = found[f"m{which}"] or (earlier.month if earlier else self._month_before(found))
        try:
            day = date(int(year or 0), int(month or 0), int(found[f"d{which}"]))
        except ValueError as error:
            message = f"“{found[0]}”不是一个真实的日期，没有计入。"
            raise _UnreadableError(message) from error
        if found[f"y{which}"] is None and earlier is None and found["d2"] is None and self._is_new_year():
            # 元旦 paid for by a day of last December: the notice may leave the year out.
            day = day.replace(year=day.year - 1) if day.month == 12 else day
        return day

    def _month_before(self, found: re.Match[str]) -> str | None:
        """1月28日（星期六）、29日（星期日）: the month stands with the date before."""
        before = re.findall(r"(\d{1,2})月", found.string[: found.start()])
        return before[-1] if before else None

    def _is_new_year(self) -> bool:
        return "元旦" in self.section

    def _check_weekday(self, day: date, said: str | None) -> None:
        told = re.search(r"(?:周|星期)([一二三四五六日天])", said or "")
        real = WEEKDAYS[day.weekday()]
        if told and told[1].replace("天", "日") != real:
            self.problems.append(f"{day:%Y-%m-%d} 是周{real}，通知里写的是“{told[0]}”，请核对年份和日期。")

    def _check_count(self, said: str | None, days: list[date], sentence: str) -> None:
        if said and days and int(said) != len(days):
            self.problems.append(f"写的是共 {said} 天，数出来是 {len(days)} 天：“{sentence}”。")

    def _record(self, days: list[date], target: dict[date, str]) -> None:
        for day in days:
            target.setdefault(day, self.section or "放假")

    def _extend(self, found: re.Match[str]) -> None:
        """延长2020年春节假期至2月2日: from the last day off known of that holiday."""
        name = _canonical(found["name"])
        year = int(found["y"] or self.year or 0)
        self.section = self.section or name
        have = [day for day, kind in self._known_off(name) if day.year == year and kind is DayKind.HOLIDAY]
        try:
            until = date(year, int(found["m"] or (have[-1].month if have else 0)), int(found["d"]))
        except ValueError:
            self.problems.append(f"“{found[0]}”的日期没有看懂，没有计入。")
            return
        if not have or not 0 < (until - have[-1]).days <= LONGEST:
            self.problems.append(f"“{found[0]}”：日历里没有 {year} 年{name}的放假日可以接着延长，请先录入原来的通知。")
            return
        day = have[-1] + DAY
        while day <= until:
            self.off[day] = name
            day += DAY

    def _known_off(self, name: str) -> list[tuple[date, DayKind]]:
        special = self.known.special if self.known else {}
        return sorted((day, kind) for day, (kind, called) in special.items() if name in called)

    def _cross_check(self, *, supplement: bool) -> None:
        for day in sorted(self.off.keys() & self.work.keys()):
            self.problems.append(f"{day:%Y-%m-%d} 既写了放假又写了上班，请核对。")
        for day in sorted(self.work):
            is_freed = self.known is not None and self.known.kind(day) is DayKind.HOLIDAY
            if is_weekday(day) and not is_freed and not supplement:
                self.problems.append(
                    f"{day:%Y-%m-%d} 是周{WEEKDAYS[day.weekday()]}，本来就上班，却写成调休上班，请核对。"
                )
        if supplement:
            # 2月3日起正常上班: an ordinary weekday going back to ordinary is no make-up day.
            self.work = {day: name for day, name in self.work.items() if not is_weekday(day) or self._freed(day)}
            if not self.off and not self.work:
                self.problems.append("没有读到任何放假或上班的日期。")
            return
        heard = "".join(self.off.values())
        missing = [name for name in KNOWN if name not in heard]
        if missing:
            self.problems.append(f"没有读到 {'、'.join(missing)} 的安排，请确认粘贴的是全文。")

    def _freed(self, day: date) -> bool:
        return self.known is not None and self.known.kind(day) is DayKind.HOLIDAY


def _canonical(name: str) -> str:
    """国庆、中秋 → 国庆节、中秋节: the words of the calendar."""
    parts = re.split(r"[、和]", name)
    return "、".join(ALIASES.get(part, part) for part in parts if part)
