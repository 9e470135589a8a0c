"""外发消息（R-70）：接通过短信和邮件的一阵子，有发出的、没发成的、到安静钟点攒着的。现在没有配置通道，不会再发。"""

from datetime import datetime
from typing import Any

from django.test.utils import override_settings

from cadres.channels import Letter, Refused, Trouble
from cadres.enums import Channel, NoticeKind
from cadres.models import Notice, User
from cadres.services.handing_on import hand_on
from cadres.services.preferences import Wishes, choose
from cadres.services.sending import Run, send_next
from reports.demo.city.city import City

EACH = 4  # notices of one person that go out
FEW = 2  # to whom it does not go through: at the third in a row the channel would rest
NIGHT = (22, 7)
AT_MOST = 60
ALL_KINDS = {str(kind): (Channel.SMS,) for kind in NoticeKind}


class FarSms:
    """短信网关那一头，在内存里：一个号码是空号，一个这时不通。"""

    def __init__(self, *, empty: str, busy: str) -> None:
        self.empty, self.busy, self.count = empty, busy, 0

    def send(self, letter: Letter) -> str:
        """发一条。"""
        if letter.to == self.empty:
            raise Refused("号码不存在")
        if letter.to == self.busy:
            raise Trouble("网关没有应答")
        self.count += 1
        return f"SMS{letter.at:%Y%m%d}{self.count:04d}"


def send_messages(city: City) -> None:
    """五个人各挑了短信：发给两个，一个空号，一个一时不通，一个这时不打扰。"""
    people = {
        user.username: user
        for user in User.objects.filter(username__in=("office", "unit", "unithead", "director", "leader"))
    }
    for name, user in people.items():
        night = _around(city.until) if name == "unit" else NIGHT
        choose(user, Wishes(ALL_KINDS, None, *night), at=city.until)
    waiting: Any = Notice.objects.filter(handed_on_at__isnull=True)
    chosen = [
        pk
        for user in people.values()
        for pk in waiting.filter(user=user, read_at=None)
        .order_by("-pk")
        .values_list("pk", flat=True)[: FEW if user.username == "leader" else EACH]
    ]
    waiting.exclude(pk__in=chosen).update(handed_on_at=city.until)  # told inside alone, as without a channel
    with override_settings(CHANNELS={str(Channel.SMS): {}}):
        hand_on(at=city.until)
    far = FarSms(empty=people["unithead"].phone, busy=people["leader"].phone)
    run = Run(channels={str(Channel.SMS): far})
    for _ in range(AT_MOST):
        if not send_next(run, at=city.until):
            break


def _around(at: datetime) -> tuple[int, int]:
    """三小时前起、四小时后止：这时正不打扰。"""
    return (at.hour - 3) % 24, (at.hour + 4) % 24
