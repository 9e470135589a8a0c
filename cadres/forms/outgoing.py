"""通知方式：哪一类事走哪个通道，一行一类；多久一封摘要，什么时候不打扰。"""

from django import forms

from cadres.enums import Channel, NoticeKind
from cadres.services.preferences import Wishes

HOURS = [(str(hour), f"{hour} 点") for hour in range(24)]
AT_ONCE = ("", "有一条发一条")
DIGESTS = [AT_ONCE, *((str(hour), f"每天 {hour} 点合成一条") for hour in range(7, 21))]
WRONG = {"invalid_choice": "没有这个选项，请重新选。"}


class PreferenceForm(forms.Form):
    """Fields for the channels that are offered to this person; without any, only what stays inside is said."""

    digest_hour = forms.ChoiceField(label="多久发一次", choices=DIGESTS, required=False, error_messages=WRONG)
    quiet_from = forms.ChoiceField(label="晚上几点起", choices=HOURS, error_messages=WRONG)
    quiet_to = forms.ChoiceField(label="到早上几点", choices=HOURS, error_messages=WRONG)

    def __init__(self, data=None, *, wishes: Wishes, offered: list[str]):
        digest = "" if wishes.digest_hour is None else str(wishes.digest_hour)
        now = {"digest_hour": digest, "quiet_from": str(wishes.quiet_from), "quiet_to": str(wishes.quiet_to)}
        super().__init__(data, initial=now)
        self.offered = [Channel(name) for name in offered]
        for kind in NoticeKind:
            self.fields[kind.value] = forms.MultipleChoiceField(
                label=kind.label,
                choices=[(name.value, name.label) for name in self.offered],
                initial=sorted(wishes.channels_for(kind)),
                required=False,
                widget=forms.CheckboxSelectMultiple,
                error_messages=WRONG,
            )

    def rows(self):
        """One row a kind, one box a channel."""
        return [self[kind.value] for kind in NoticeKind]

    def wishes(self) -> Wishes:
        """What was chosen; only after is_valid()."""
        said = self.cleaned_data
        return Wishes(
            {kind.value: said[kind.value] for kind in NoticeKind},
            int(said["digest_hour"]) if said["digest_hour"] else None,
            int(said["quiet_from"]),
            int(said["quiet_to"]),
        )


class MailForm(forms.Form):
    """One's own mailbox."""

    mail = forms.EmailField(
        label="邮箱",
        required=False,
        max_length=200,
        error_messages={"invalid": "邮箱写得不对，应像 name@example.cn。", "max_length": "邮箱太长了。"},
    )
