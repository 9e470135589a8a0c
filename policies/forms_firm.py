"""企业与政策之间的表单：补填资料、兑现与不予兑现、名单上面的筛选。"""

from django import forms

from enterprises.models import Region
from zhuqi.kernel.inputs import DayInput, WanField

NAMES = ("established_on", "revenue", "staff_count")


class FiguresForm(forms.Form):
    """三个数，空着就是不填。`seen_*` 是打开页面时的样子，认得出旧页面。"""

    established_on = forms.DateField(label="成立日期", required=False, widget=DayInput, help_text="营业执照上的日期")
    revenue = WanField(
        label="上年营业收入（万元）", required=False, help_text="以万元计，如 3500 就是 3500 万元；也可以写 1.2亿"
    )
    staff_count = forms.IntegerField(label="从业人数", required=False, help_text="上年末在岗人数")
    seen_established_on = forms.DateField(required=False, widget=forms.HiddenInput)
    seen_revenue = forms.IntegerField(required=False, widget=forms.HiddenInput)
    seen_staff_count = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, figures, **kwargs):
        super().__init__(*args, **kwargs)
        for name in NAMES:
            self.initial[name] = self.initial[f"seen_{name}"] = getattr(figures, name)

    def figures(self):
        """填的。"""
        return {name: self.cleaned_data[name] for name in NAMES}

    def seen(self):
        """看到的。"""
        return {name: self.cleaned_data[f"seen_{name}"] for name in NAMES}


class DecideForm(forms.Form):
    """兑现多少，或者为什么不予兑现；哪一个按钮就看哪一栏。"""

    amount = forms.CharField(
        label="兑现金额（元）", required=False, max_length=40, help_text="写 30000、3万、1.2亿 都行"
    )
    why = forms.CharField(
        label="为什么不予兑现", required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="企业看得到",
    )  # fmt: skip


class FirmsFilter(forms.Form):
    """适用企业的名单。"""

    region = forms.ModelChoiceField(Region.objects.all(), label="县（市、区）", required=False, empty_label="全部")

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["region"].queryset = Region.objects.within_sight_of(user)

    def chosen_region(self):
        """选了哪一个；没选、选错都是全部。"""
        return self.cleaned_data.get("region") if self.is_valid() else None
