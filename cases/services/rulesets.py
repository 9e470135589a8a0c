"""Rule-sets as rows: the shipped ones, and new versions; a version once made is never edited (R-40)."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Max

from cadres.models import User
from cadres.services.settings import demand_director
from cases.models import RuleSet
from cases.rules.rulesets import DEFAULT_CODE, RULE_BOOKS, check_terms
from zhuqi.kernel.errors import Conflict, InvalidInput


@transaction.atomic
def seed_rule_sets(at: datetime) -> None:
    """Give an empty database the three shipped rule-sets; what is there is kept."""
    has_default = RuleSet.objects.filter(is_default=True).exists()
    for book in RULE_BOOKS:
        RuleSet.objects.get_or_create(
            code=book.code,
            version=1,
            defaults={
                "name": book.name,
                "note": book.note,
                "terms": book.terms,
                "made_at": at,
                "is_default": book.code == DEFAULT_CODE and not has_default,
            },
        )


@transaction.atomic
def add_version(  # noqa: PLR0913 - the fields of one form
    code: str,
    terms: dict[str, str],
    *,
    name: str,
    roll: str,
    at: datetime,
    actor: User,
    note: str = "",
) -> RuleSet:
    """A new version of `code` (the first one of a new code); running cases keep theirs. It inherits being the default.

    Raises InvalidInput naming every wrong or missing term, Conflict when another version came first.
    """
    demand_director(actor, "办理规则")
    code = code.strip()
    if not code or not name.strip():
        message = "请填写规则的代码和名称。"
        raise InvalidInput(message, {"code": [message]})
    check_terms(terms, roll)
    was_default = RuleSet.objects.filter(code=code, is_default=True).update(is_default=False) > 0
    last = RuleSet.objects.filter(code=code).aggregate(last=Max("version"))["last"] or 0
    try:
        with transaction.atomic():
            return RuleSet.objects.create(
                code=code,
                version=last + 1,
                name=name.strip(),
                terms=terms,
                roll=roll,
                note=note.strip(),
                is_default=was_default,
                made_at=at,
                made_by=actor,
            )
    except IntegrityError as error:
        message = f"“{code}”刚有了新的一版，请刷新后再改。"
        raise Conflict(message) from error


@transaction.atomic
def make_default(rule: RuleSet, *, actor: User) -> None:
    """New dispatches follow `rule` from now on; what is dispatched keeps its own."""
    demand_director(actor, "办理规则")
    RuleSet.objects.filter(is_default=True).exclude(pk=rule.pk).update(is_default=False)
    RuleSet.objects.filter(pk=rule.pk).update(is_default=True)
    rule.is_default = True
