"""通道：一个口子（port.py），每种通道一个适配器；没有配置的通道不存在（R-76）。"""

from collections.abc import Mapping
from typing import Any

from django.conf import settings

from cadres.channels.dingtalk import DingTalkRobot
from cadres.channels.mail import Mail
from cadres.channels.port import Channel, Letter, Refused, Trouble
from cadres.channels.sms import SmsGateway
from cadres.channels.wecom import WeComRobot
from cadres.enums import Channel as Name

ADAPTERS: dict[str, type[Any]] = {
    Name.MAIL: Mail,
    Name.SMS: SmsGateway,
    Name.WECOM: WeComRobot,
    Name.DINGTALK: DingTalkRobot,
}
# A group reads along: what it may hear says no names and no matters (ADR 0079).
ROBOTS = frozenset({Name.WECOM, Name.DINGTALK})


def configured() -> Mapping[str, Channel]:
    """The channels of this run, by name."""
    return {name: ADAPTERS[name](said) for name, said in settings.CHANNELS.items()}


__all__ = ["ADAPTERS", "ROBOTS", "Channel", "Letter", "Refused", "Trouble", "configured"]
