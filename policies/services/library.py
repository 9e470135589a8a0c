"""政策库的写入口（R-60）：起草、发布、修订（旧版留着）、废止。"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime, timedelta
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, transaction
from django.utils import timezone

from cadres.enums import Role
from cadres.models import Unit, User
from cadres.services import audit
from enterprises.models import Region
from policies.enums import ConditionField, Operator, PolicyLevel, PolicyState
from policies.models import Policy, PolicyAttachment, PolicyCategory, PolicyCondition, PolicyVersion
from policies.models.policy import BODY_MOST, CARD_MOST
from policies.rules.likeness import likeness, squeezed
from policies.rules.matching import Condition
from policies.rules.typed import number_typed
from policies.services.index import POLICIES, entry_of
from policies.services.names import contradictory, unknown_values
from zhuqi.kernel.errors import Conflict, InvalidInput, NotPermitted

TWICE_WITHIN = timedelta(minutes=2)
NO_CARD = "市、县的政策要先写明白卡（200 字以内），企业才看得懂。"
STALE = "这份政策刚被别人改过，没有保存；您填的还在下面，核对后再存一次。"


@dataclass(frozen=True, slots=True)
class Draft:
    """一份政策要填的各项，名字与模型相同。"""

    title: str
    issuer: str
    level: str
    body: str
    number: str = ""
    region: Region | None = None
    unit: Unit | None = None
    category: PolicyCategory | None = None
    published_on: date | None = None
    effective_on: date | None = None
    expires_on: date | None = None
    source: str = ""
    card: str = ""
    is_automatic: bool = False
    guide_materials: str = ""
    guide_where: str = ""
    guide_until_on: date | None = None
    guide_contact: str = ""
    guide_phone: str = ""
    conditions: Sequence[Condition] = field(default=())

    def said(self) -> dict[str, Any]:
        """要存的各栏，文字去掉两头的空白，文号统一写法：括号写得不同的是同一个文号。"""
        columns = {one.name: getattr(self, one.name) for one in fields(self) if one.name != "conditions"}
        said = {name: value.strip() if isinstance(value, str) else value for name, value in columns.items()}
        return said | {"number": number_typed(self.number)}


def marks(body: str) -> dict[str, str]:
    """全文的两种指纹，与全文一起存；长文的要算一会儿。"""
    plain = squeezed(body)
    return {"fingerprint": fingerprint(plain), "likeness": likeness(plain)}


def fingerprint(plain: str) -> str:
    """全文的指纹：标点、空白、全半角不同算同一份。"""
    return hashlib.sha256(plain.encode()).hexdigest()


def may_publish(user: User) -> bool:
    """市直部门和活动办发布政策；县活动办只发本县的。"""
    return user.role in {Role.OFFICE, Role.UNIT} and user.unit_id is not None


def may_edit(user: User, policy: Policy) -> bool:
    """自己单位的，或者市活动办。"""
    if not may_publish(user):
        return False
    return policy.unit_id == user.unit_id or (user.role == Role.OFFICE and user.sees_everything)


def demand_keeper(actor: User | None, policy: Policy | None = None) -> None:
    """不归他维护就是 NotPermitted；None 是系统。"""
    if actor is None:
        return
    allowed = may_publish(actor) if policy is None else may_edit(actor, policy)
    if not allowed:
        raise NotPermitted("政策由发布单位或市活动办维护。")


@transaction.atomic
def draft_policy(draft: Draft, *, actor: User | None, at: datetime) -> Policy:
    """录入一份草稿。错误：InvalidInput（哪一栏不对）、Conflict（同文号已有）、NotPermitted。"""
    demand_keeper(actor)
    columns = _checked(draft)
    try:
        with transaction.atomic():
            policy = Policy.objects.create(**columns, made_at=at, made_by=actor, changed_at=at)
    except IntegrityError as error:
        raise _taken(columns["number"]) from error
    _set_conditions(policy, draft.conditions)
    POLICIES.put([entry_of(policy)])
    return policy


def drafted_just_now(draft: Draft, *, actor: User, at: datetime) -> Policy | None:
    """这个人刚存过的、样样相同的一份草稿：点了两次，只存一份。"""
    columns = draft.said()
    columns |= {"fingerprint": fingerprint(squeezed(columns.pop("body")))}
    mine = Policy.objects.filter(made_by=actor, made_at__gt=at - TWICE_WITHIN, state=PolicyState.DRAFT, **columns)
    return next((each for each in mine if conditions_of(each) == tuple(dict.fromkeys(draft.conditions))), None)


@transaction.atomic
def revise(  # noqa: PLR0913 - the page's revision and what was changed
    policy: Policy, draft: Draft, *, actor: User | None, at: datetime, revision: int | None = None, note: str = ""
) -> Policy:
    """改一份政策。草稿直接改；发布过的改成新的一版，旧版留着。

    错误：同 draft_policy；Conflict 也用于页面旧了；废止的不再改；发布过的改得不能发布了也是 InvalidInput。
    """
    demand_keeper(actor, policy)
    policy = Policy.objects.get(pk=policy.pk)
    if policy.state == PolicyState.ABOLISHED:
        raise Conflict("这份政策已经废止，不能再改。")
    columns = _checked(draft, but=policy)
    seen = policy.revision if revision is None else revision
    is_published = policy.state == PolicyState.PUBLISHED
    if is_published:
        _demand_ready(columns, draft.conditions)
        columns["version"] = policy.version + 1
    try:
        with transaction.atomic():
            same = Policy.objects.filter(pk=policy.pk, revision=seen, state=policy.state)
            if not same.update(**columns, revision=seen + 1, changed_at=at):
                raise Conflict(STALE)
    except IntegrityError as error:
        raise _taken(columns["number"]) from error
    policy.refresh_from_db()
    _set_conditions(policy, draft.conditions)
    if is_published:
        keep_version(policy, actor=actor, at=at, note=note)
        audit.record(actor, "修订政策", target=policy.title, reason=note, at=at)
    POLICIES.put([entry_of(policy)])
    return policy


@transaction.atomic
def publish(policy: Policy, *, actor: User | None, at: datetime) -> Policy:
    """发布：企业看得到、匹配从此算它。没有明白卡、条件互相矛盾的不能发布。"""
    demand_keeper(actor, policy)
    problem = publish_blocker(policy)
    if problem:
        raise InvalidInput(problem, {"state": [problem]})
    changed = Policy.objects.filter(pk=policy.pk, state=PolicyState.DRAFT).update(
        state=PolicyState.PUBLISHED, changed_at=at
    )
    if not changed:
        raise Conflict("这份政策刚被别人发布或废止，请刷新后再看。")
    policy.refresh_from_db()
    keep_version(policy, actor=actor, at=at, note="发布")
    audit.record(actor, "发布政策", target=policy.title, at=at)
    return policy


def publish_blocker(policy: Policy) -> str:
    """为什么还不能发布；能就是空串。"""
    asked = conditions_of(policy)
    return unknown_values(asked) or why_not_ready(policy.level, policy.card, asked, policy.region)


def why_not_ready(level: str, card: str, conditions: Sequence[Condition], region: Region | None) -> str:
    """这样的一份为什么还不能发布；能就是空串。县级的只管本县，条件里写了别的县也是矛盾。"""
    if not card and level in {PolicyLevel.CITY, PolicyLevel.COUNTY}:
        return NO_CARD
    return contradictory(conditions, county=region.name if region and level == PolicyLevel.COUNTY else "")


def _demand_ready(columns: dict[str, Any], conditions: Sequence[Condition]) -> None:
    """修订不能改出一份发布不了的；没有明白卡、名称没登记、条件矛盾。"""
    problem = unknown_values(conditions) or why_not_ready(
        columns["level"], columns["card"], conditions, columns["region"]
    )
    if problem:
        raise InvalidInput(problem, {"card" if problem == NO_CARD else "conditions": [problem]})


@transaction.atomic
def abolish(  # noqa: PLR0913 - what an abolition says
    policy: Policy, *, actor: User | None, at: datetime, on: date, why: str, by: Policy | None = None
) -> Policy:
    """废止：从那天起不再有效，永远标明（R-62）。错误：InvalidInput、Conflict。"""
    demand_keeper(actor, policy)
    errors: dict[str, list[str]] = {}
    if not why.strip():
        errors["why"] = ["请写明为什么废止，或被哪份文件废止。"]
    if by is not None and by.pk == policy.pk:
        errors["by"] = ["不能由自己废止自己。"]
    if on > timezone.localtime(at).date():
        errors["on"] = ["废止日期不能晚于今天；将来失效的请填有效期。"]
    _refuse(errors)
    changed = Policy.objects.filter(pk=policy.pk, state=PolicyState.PUBLISHED).update(
        state=PolicyState.ABOLISHED, abolished_on=on, abolished_why=why.strip()[:200], abolished_by=by, changed_at=at
    )
    if not changed:
        raise Conflict("只有已发布、没有废止的政策可以废止。")
    policy.refresh_from_db()
    audit.record(actor, "废止政策", target=policy.title, reason=why, at=at)
    return policy


def conditions_of(policy: Policy) -> tuple[Condition, ...]:
    """存着的条件，作为值。"""
    return tuple(
        Condition(ConditionField(row.field), Operator(row.operator), tuple(row.values))
        for row in policy.conditions.all()
    )


def _set_conditions(policy: Policy, conditions: Iterable[Condition]) -> None:
    wanted = list(dict.fromkeys(conditions))
    if list(conditions_of(policy)) == wanted:
        return
    policy.conditions.all().delete()
    PolicyCondition.objects.bulk_create(
        PolicyCondition(policy=policy, field=one.field, operator=one.operator, values=list(one.values))
        for one in wanted
    )


def keep_version(policy: Policy, *, actor: User | None, at: datetime, note: str) -> None:
    """现在的样子留作一版：各项、条件、有哪些附件（R-60）。"""
    row = version_row(policy, conditions_of(policy), actor=actor, at=at, note=note)
    papers = PolicyAttachment.objects.filter(policy=policy).current()
    row.data["attachments"] = [[one.pk, one.original_name, one.size] for one in papers]
    row.save()


def version_row(
    policy: Policy, conditions: Iterable[Condition], *, actor: User | None, at: datetime, note: str
) -> PolicyVersion:
    """现在这一版，原样，还没有附件；还没存。"""
    names = [one.name for one in fields(Draft) if one.name != "conditions"]
    data = {name: getattr(policy, name) for name in names}
    data |= {name: str(data[name]) if data[name] else "" for name in ("region", "unit", "category")}
    data["conditions"] = [[one.field, one.operator, list(one.values)] for one in conditions]
    data["attachments"] = []
    encoded = {
        name: DjangoJSONEncoder().default(value) if isinstance(value, date) else value for name, value in data.items()
    }
    return PolicyVersion(
        policy=policy, version=policy.version, data=encoded, note=note[:200], made_at=at, made_by=actor
    )


def _checked(draft: Draft, but: Policy | None = None) -> dict[str, Any]:
    columns = whole_columns(draft)
    others = Policy.objects.exclude(pk=but.pk) if but else Policy.objects.all()
    if columns["number"] and others.filter(number=columns["number"]).exists():
        raise _taken(columns["number"])
    return columns


def whole_columns(draft: Draft) -> dict[str, Any]:
    """各栏都对就给出要存的列（文号重不重另查）。错误：InvalidInput，说全。"""
    columns = right_columns(draft)
    return columns | marks(columns["body"])


def right_columns(draft: Draft) -> dict[str, Any]:
    """同上，还没有指纹。"""
    columns = draft.said()
    wrong = (
        ("title", not columns["title"], "请写标题。"),
        ("title", len(columns["title"]) > 200, "标题最多 200 字。"),
        ("issuer", not columns["issuer"], "请写发文机关。"),
        ("level", columns["level"] not in PolicyLevel.values, "没有这个层级。"),
        ("region", columns["level"] == PolicyLevel.COUNTY and columns["region"] is None, "县级政策要选县（市、区）。"),
        ("body", not columns["body"], "请贴上全文。"),
        ("body", len(columns["body"]) > BODY_MOST, f"全文最多 {BODY_MOST // 10000} 万字。"),
        ("card", len(columns["card"]) > CARD_MOST, f"明白卡最多 {CARD_MOST} 字，现在 {len(columns['card'])} 字。"),
        ("expires_on", _is_before(columns["expires_on"], columns["effective_on"] or columns["published_on"]),
         "有效期不能早于生效日期。"),
        ("guide_until_on", _is_before(columns["guide_until_on"], columns["published_on"]), "申报截止不能早于成文日期。"),
    )  # fmt: skip
    errors: dict[str, list[str]] = {}
    for name, is_wrong, words in wrong:
        if is_wrong:
            errors.setdefault(name, []).append(words)
    _refuse(errors)
    return columns


def _is_before(one: date | None, other: date | None) -> bool:
    return bool(one and other and one < other)


def _taken(number: str) -> InvalidInput:
    message = f"文号 {number} 已经在库里，请搜索核对；内容有变的请在原来那份上修订。"
    return InvalidInput(message, {"number": [message]})


def _refuse(errors: dict[str, list[str]]) -> None:
    if errors:
        raise InvalidInput("有几处要改：" + "".join(words for said in errors.values() for words in said), errors)
