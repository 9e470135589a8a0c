"""月讲评积分排名通报（R-53）：印发前可改开头和结尾；印发时取号、定格、存下文件，以后下载的是同一份。"""

import hashlib
from datetime import datetime

from django.conf import settings as deployment
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from cadres.enums import Role, UnitKind
from cadres.letterhead import formal_name
from cadres.models import Unit, User
from cadres.services import audit, notices, settings
from cases.services.numbering import paper_number
from reports.circulars import wording
from reports.circulars.figures import Figures
from reports.circulars.paper import About, compose
from reports.models import CLOSING_MOST, OPENING_MOST, Circular, Ranking, RankingObjection, RankingRow
from reports.services.month import demand_office
from zhuqi.kernel.errors import Conflict, DomainError, InvalidInput, NotPermitted
from zhuqi.kernel.official_docx import official_docx
from zhuqi.kernel.official_paper import DRAFT, Paper

WORD = "办"  # 许助企办〔2026〕3号
SIGNER_MOST = 30
LIMITS = {"opening": ("开头", OPENING_MOST), "closing": ("结尾", CLOSING_MOST)}
RACED = "别人刚改过或印发了这份通报，请刷新后再看。"


def paper_of(ranking: Ranking, circular: Circular | None) -> Paper:
    """这个月的公文：印发了的是定格的那一份，没有印发的按现在的榜排，每页标草稿。"""
    if circular and circular.is_issued:
        return Paper.from_data(circular.body)
    return compose(_rows(ranking), _about(ranking, circular))


def file_of(ranking: Ranking, circular: Circular | None) -> bytes:
    """DOCX：印发了的是存下的那一份，一个字节也不差。"""
    if circular and circular.is_issued:
        return bytes(circular.file or b"")
    return official_docx(paper_of(ranking, circular))


@transaction.atomic
def save_text(ranking: Ranking, *, actor: User, at: datetime, revision: int, **said: str) -> Circular:
    """改开头（opening）、结尾（closing）；留空用缺省。什么时候都能改，到印发为止。

    错误：NotPermitted；InvalidInput（太长）；Conflict（已印发，或者别人先改了：`revision` 对不上）。
    """
    demand_office(actor)
    texts = {name: said.get(name, "").strip().replace("\r\n", "\n") for name in LIMITS}
    _demand_short(texts)
    usual = usual_texts(ranking)
    texts = {name: "" if text == usual[name] else text for name, text in texts.items()}  # follows the figures
    circular = _circular(ranking)
    if circular.is_issued:
        raise Conflict(f"{circular.number} 已经印发，正文不能再改。")
    changes = {"edited_at": at, "edited_by": actor, "revision": revision + 1}
    if not _unissued(circular, revision).update(**texts, **changes):
        raise Conflict(RACED)
    circular.refresh_from_db()
    return circular


def usual_texts(ranking: Ranking) -> dict[str, str]:
    """开头、结尾的缺省，按现在的数字。"""
    figures = Figures(_rows(ranking), {})
    return {
        "opening": wording.opening(ranking.month, deployment.CAMPAIGN_NAME),
        "closing": wording.closing(figures),
    }


def _demand_short(texts: dict[str, str]) -> None:
    errors = {
        name: [f"{label}最多 {most} 字，现在 {len(texts[name])} 字。"]
        for name, (label, most) in LIMITS.items()
        if len(texts[name]) > most
    }
    if errors:
        raise InvalidInput("".join(said[0] for said in errors.values()), errors)


def issue_blocker(ranking: Ranking, circular: Circular | None, actor: User) -> str:
    """为什么这个人现在不能印发；能就是空。"""
    if circular and circular.is_issued:
        return f"{circular.number} 已经印发。"
    if not ranking.is_published:
        return "讲评发布以后才能印发通报。"
    if not actor.is_head:
        return "通报由市活动办主任签发。"
    return ""


@transaction.atomic
def issue_circular(ranking: Ranking, *, actor: User, at: datetime, revision: int, signer: str = "") -> Circular:
    """印发：取发文字号，正文和文件定格，告诉榜上各单位。取号与定格同一事务，所以不断号。

    错误：NotPermitted（不是市活动办主任）；DomainError（还没有发布）；Conflict（已印发；正文刚被改过）。
    """
    demand_office(actor)
    ranking = Ranking.objects.get(pk=ranking.pk)
    circular = _circular(ranking)
    _demand_issuable(ranking, circular, actor)
    signer = signer.strip() or actor.name
    if len(signer) > SIGNER_MOST:
        message = f"签发人最多 {SIGNER_MOST} 字。"
        raise InvalidInput(message, {"signer": [message]})
    number = paper_number(_office(), WORD, at)
    about = _about(ranking, circular, number=number, at=at)
    paper = compose(_rows(ranking), about)
    file = official_docx(paper)
    frozen = {
        "number": number, "signer": signer, "body": paper.as_data(), "file": file,
        "digest": hashlib.sha256(file).hexdigest(), "issued_at": at, "issued_by": actor, "revision": revision + 1,
    }  # fmt: skip
    if not _unissued(circular, revision).update(**frozen):
        raise Conflict(RACED)
    circular.refresh_from_db()
    audit.record(actor, "印发通报", target=number, at=at)
    _tell_issued(ranking, circular, at=at)
    return circular


def _demand_issuable(ranking: Ranking, circular: Circular, actor: User) -> None:
    blocker = issue_blocker(ranking, circular, actor)
    if blocker and circular.is_issued:
        raise Conflict(blocker)
    if blocker and not actor.is_head:
        raise NotPermitted(blocker)
    if blocker:
        raise DomainError(blocker)


def _unissued(circular: Circular, revision: int):  # type: ignore[no-untyped-def]
    return Circular.objects.filter(pk=circular.pk, number__isnull=True, revision=revision)


def _circular(ranking: Ranking) -> Circular:
    """这个月的那一份；还没有就建，两个人同时建只有一份。"""
    present = Circular.objects.filter(ranking=ranking).first()
    if present:
        return present
    try:
        with transaction.atomic():
            return Circular.objects.create(ranking=ranking)
    except IntegrityError:
        return Circular.objects.get(ranking=ranking)


def _rows(ranking: Ranking) -> list[RankingRow]:
    return list(RankingRow.objects.filter(ranking=ranking))


def _office() -> Unit:
    office = Unit.objects.filter(kind=UnitKind.OFFICE, region__isnull=True).order_by("pk").first()
    if office is None:
        raise DomainError("还没有建立市活动办，不能印发通报；请先在“设置 · 单位”里建立。")
    return office


def _about(ranking: Ranking, circular: Circular | None, *, number: str = "", at: datetime | None = None) -> About:
    filed = RankingObjection.objects.filter(row__ranking=ranking).values_list("is_upheld", flat=True)
    rulings = list(filed)
    office = _office()
    return About(
        month=ranking.month,
        issuer=formal_name(office.name),
        campaign=deployment.CAMPAIGN_NAME,
        weights=ranking.score_weights,
        least_rated=int(settings.value("rating_total_least")),
        objections=(len(rulings), sum(each is True for each in rulings)),
        places_before=places_before(ranking),
        opening=circular.opening if circular else "",
        closing=circular.closing if circular else "",
        number=number or f"{office.ticket_prefix}{WORD}〔　　〕　号",
        issued_on=timezone.localtime(at).date() if at else None,
        draft="" if number else DRAFT,
    )


def places_before(ranking: Ranking) -> dict[int, int]:
    """上个月的名次：单位 → 名次；上个月没有讲评就不比。"""
    before = Ranking.objects.filter(month__lt=ranking.month).first()
    if before is None or (ranking.month - before.month).days > 31:
        return {}
    rows = RankingRow.objects.filter(ranking=before, place__isnull=False).order_by()
    return {unit: place for unit, place in rows.values_list("unit", "place") if place is not None}


def _tell_issued(ranking: Ranking, circular: Circular, *, at: datetime) -> None:
    notices.notify(
        User.objects.filter(
            unit__in=RankingRow.objects.filter(ranking=ranking).values("unit"), role__in=[Role.UNIT, Role.OFFICE]
        ),
        f"circular:{ranking.month:%Y-%m}",
        f"{circular.number}已印发：{ranking.month.year} 年 {ranking.month.month} 月讲评通报",
        at=at,
        url=reverse("reports:circular", args=[ranking.month]),
        tone="done",
    )
