"""企业评价单（R-28）：五张脸、三个可勾的、一句话、一行“有人要求我给好评”。"""

from django import forms

from cases.enums import Satisfaction
from cases.models.evaluation import TICKS
from cases.services.rating import COMMENT_MOST, Rating


class RatingForm(forms.Form):
    """只有第一栏必填；其余都可以不管。"""

    satisfaction = forms.TypedChoiceField(
        label="满意程度",
        choices=Satisfaction.choices,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": "请在五个评价里选一个。", "invalid_choice": "请在五个评价里选一个。"},
    )
    ticks = forms.MultipleChoiceField(
        label="符合的请勾上", choices=tuple(TICKS.items()), required=False, widget=forms.CheckboxSelectMultiple
    )
    comment = forms.CharField(
        label="想说的一句话",
        max_length=COMMENT_MOST,
        required=False,
        error_messages={"max_length": f"最多 {COMMENT_MOST} 字，请再短一些。"},
    )
    was_pressured = forms.BooleanField(label="有人要求我给好评", required=False)

    def rating(self):
        """交给服务的评价。"""
        said = self.cleaned_data
        return Rating(
            said["satisfaction"],
            **{name: name in said["ticks"] for name in TICKS},
            comment=said["comment"],
            was_pressured=said["was_pressured"],
        )
