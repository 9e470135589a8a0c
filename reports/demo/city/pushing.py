"""推送（R-65）：送给两个系统的日志，一个都送到了，一个有送不到和不收的。没有许可的主机，不会真的往外送。"""

from random import Random

from django.test.utils import override_settings

from cadres.models import User
from cases.enums import Action
from reports.demo.city.city import City
from reports.models import HookDelivery, Subscription
from reports.province.fields import OPENED
from reports.services import hook_sending, sending, webhooks
from reports.services.sending import Result, Verdict

DAYS = 1
SENT_MOST = 18
HOSTS = ("oa.example.cn", "dsj.example.cn")
KINDS = (OPENED, Action.DISPATCH, Action.SIGN, Action.SUBMIT)
GOOD = Verdict(Result.DELIVERED, "", 200)
GONE = Verdict(Result.REFUSED, "对方答 410：接口已停用", 410)
BUSY = Verdict(Result.UNREACHED, "对方答 503：系统维护，请稍后再试", 503)
ANSWERS = ((GOOD,), (GOOD, GOOD, BUSY, GOOD, GONE))


def push_some(city: City) -> None:
    """安全管理员一天前建的；送过的各记各的应答，其余等着。"""
    people = {user.username: user for user in User.objects.filter(username__in=("secadmin", "office", "unit"))}
    made_at = city.hours.at(city.hours.shift(city.last_run_on, -DAYS), 9, 5)
    rows = (
        ("办公系统待办", HOSTS[0], people["unit"], ANSWERS[0]),
        ("大数据局数据归集", HOSTS[1], people["office"], ANSWERS[1]),
    )
    for name, host, owner, answers in rows:
        said = {"name": name, "url": f"https://{host}/zhuqi/steps", "kinds": KINDS, "owner": owner}
        with override_settings(WEBHOOK_HOSTS=list(HOSTS)):  # the service asks whether the host may be pushed to
            made, _secret = webhooks.subscribe(said, actor=people["secadmin"], at=made_at)
        hook_sending.drain(at=city.until)
        _answered(city, made, answers)


def _answered(city: City, made: Subscription, answers: tuple[Verdict, ...]) -> None:
    dice, channel = Random(made.pk), hook_sending.HookChannel(made)
    try:
        for number, row in enumerate(HookDelivery.objects.filter(subscription=made).order_by("pk")[:SENT_MOST]):
            if not sending.claim(row, at=city.until):
                continue  # what stands before it in its lane has not arrived
            verdict = answers[number % len(answers)]
            sending.settle(row, verdict, at=city.until, rng=dice)
            channel.answered(row, verdict, at=city.until)
    finally:
        channel.session.close()
