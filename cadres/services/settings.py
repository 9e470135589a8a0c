"""读写办公室可改的设置。"""

from cadres.defaults import DEFAULTS
from cadres.models import Setting
from zhuqi.kernel.errors import DomainError


def value(key):
    """一项设置现在的值；没改过就是缺省。未知的键是程序错误（KeyError）。"""
    default = DEFAULTS[key].value
    stored = Setting.objects.filter(key=key).values_list("value", flat=True).first()
    return default if stored is None else stored


def change(key, new, *, actor, at):
    """改一项设置；类型、范围、选项不对即拒绝，什么也不改。"""
    default = DEFAULTS[key]
    if isinstance(default.value, int):
        if not isinstance(new, int) or isinstance(new, bool) or not default.least <= new <= default.most:
            raise DomainError(f"「{default.label}」应是 {default.least} 到 {default.most} 之间的整数。")
    elif default.choices:
        if new not in default.choices:
            raise DomainError(f"「{default.label}」没有这个选项。")
    elif not str(new).strip():
        raise DomainError(f"「{default.label}」不能为空。")
    Setting.objects.update_or_create(key=key, defaults={"value": new, "changed_by": actor, "changed_at": at})
