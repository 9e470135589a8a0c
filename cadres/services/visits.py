"""R-13: a visit is one entry; nothing is typed twice, photo and place are never a condition."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from cadres.enums import PlannedVisitState, VisitMode, VisitTopic
from cadres.models import User, Visit, VisitPhoto
from cadres.services.coverage import demand_assigned, hold_assignment
from enterprises.models import Enterprise
from zhuqi.kernel.errors import InvalidInput
from zhuqi.kernel.uploads import Upload

JOINED_WITHIN = 3  # a visit this many days around the planned day is the planned one


@dataclass(frozen=True, slots=True)
class VisitEntry:
    """What the cadre enters once (R-13). Photo and place are never a condition."""

    enterprise: Enterprise
    visited_on: date
    mode: str = VisitMode.ON_SITE
    topic: str = VisitTopic.NOTHING
    note: str = ""
    policies_explained: str = ""
    place: str = ""
    token: str | None = None
    # Policies explained, by key. Kept by the app that knows them; a visit only asks whether there were any.
    policy_keys: tuple[int, ...] = ()


@transaction.atomic
def record_visit(entry: VisitEntry, *, actor: User, at: datetime, photos: Sequence[Upload] = ()) -> Visit:
    """Save one visit. The same token again gives the first visit (a double click, a lost answer).

    Raises NotPermitted when `actor` does not look after the firm now, InvalidInput for a day to come.
    """
    if entry.token:
        earlier = Visit.objects.filter(token=entry.token, cadre=actor).first()
        if earlier is not None:
            return earlier
    demand_assigned(entry.enterprise, actor)
    _check(entry, timezone.localtime(at).date())
    if not all(photo.is_image for photo in photos):
        message = "走访照片只能是图片。"
        raise InvalidInput(message, {"photos": [message]})
    visit = Visit(
        enterprise=entry.enterprise,
        cadre=actor,
        unit=actor.unit,
        visited_on=entry.visited_on,
        mode=entry.mode,
        topic=entry.topic,
        note=entry.note.strip(),
        policies_explained=entry.policies_explained.strip(),
        place=entry.place.strip(),
        token=entry.token or None,
        recorded_at=at,
    )
    hold_assignment(entry.enterprise, actor)
    try:
        with transaction.atomic():
            visit.save()
    except IntegrityError:
        return Visit.objects.get(token=entry.token, cadre=actor)
    for photo in photos:
        VisitPhoto.objects.create(
            visit=visit, file=photo.content, original_name=photo.original_name[:120], size=photo.size
        )
    _tick_planned(visit)
    return visit


def _check(entry: VisitEntry, today: date) -> None:
    errors: dict[str, list[str]] = {}
    if entry.visited_on > today:
        errors["visited_on"] = ["走访日期不能晚于今天；还没去的请用“预约走访”。"]
    if entry.mode not in VisitMode.values:
        errors["mode"] = ["请选走访方式。"]
    if entry.topic not in VisitTopic.values:
        errors["topic"] = ["请选主要情况。"]
    said = entry.policy_keys or entry.policies_explained.strip() or entry.note.strip()
    if entry.topic == VisitTopic.POLICY and not said:
        errors["policies_explained"] = ["讲了哪项政策？写一句即可。"]
    if errors:
        raise InvalidInput(next(iter(errors.values()))[0], errors)


def _tick_planned(visit: Visit) -> None:
    near = timedelta(days=JOINED_WITHIN)
    planned = visit.enterprise.planned_visits.filter(
        cadre=visit.cadre,
        state=PlannedVisitState.PLANNED,
        planned_on__range=(visit.visited_on - near, visit.visited_on + near),
    )
    declined = visit.mode == VisitMode.DECLINED
    planned.update(state=PlannedVisitState.DECLINED if declined else PlannedVisitState.DONE)
