"""对接的种类（R-63）：起始六类，市活动办增改；有结果的不改记什么。"""

from django.db import IntegrityError, transaction

from cadres.models import User
from policies.enums import ResultKind
from policies.models import EventKind, EventResult
from policies.services.events.rights import demand_city_office
from zhuqi.kernel.errors import InvalidInput

NAME_MOST = 20
SEEDS = (
    ("政策对接", ResultKind.AGREEMENT),
    ("产销对接", ResultKind.SALES),
    ("银企对接", ResultKind.CREDIT),
    ("用工对接", ResultKind.JOBS),
    ("产学研对接", ResultKind.AGREEMENT),
    ("两化融合对接", ResultKind.AGREEMENT),
)


def seed_kinds() -> int:
    """起始六类；已经有种类的库不动。给新加的个数。"""
    if EventKind.objects.exists():
        return 0
    rows = [EventKind(name=name, measure=measure, ordering=order) for order, (name, measure) in enumerate(SEEDS)]
    return len(EventKind.objects.bulk_create(rows))


@transaction.atomic
def save_kind(  # noqa: PLR0913 - the columns of a kind
    kind: EventKind | None, *, actor: User | None, name: str, measure: str, ordering: int = 0, is_active: bool = True
) -> EventKind:
    """新加一类，或改一类。错误：InvalidInput（没写、重名、已有结果不能改记什么）、NotPermitted。"""
    demand_city_office(actor)
    kind = kind or EventKind()
    name = name.strip()
    if not name or len(name) > NAME_MOST:
        raise _wrong("name", f"名称最多 {NAME_MOST} 字。" if name else "请写种类的名称。")
    if measure not in ResultKind.values:
        raise _wrong("measure", "请选结果记什么。")
    if kind.pk and kind.measure != measure and EventResult.objects.filter(event__kind=kind).exists():
        raise _wrong("measure", "这一类已经登记过结果，不能改记什么；请停用后另加一类。")
    kind.name, kind.measure, kind.ordering, kind.is_active = name, measure, ordering, is_active
    try:
        with transaction.atomic():
            kind.save()
    except IntegrityError as error:
        raise _wrong("name", f"已经有“{name}”了。") from error
    return kind


def _wrong(field: str, words: str) -> InvalidInput:
    return InvalidInput(words, {field: [words]})
