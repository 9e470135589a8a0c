"""办理规则的表单（页面 10、R-40）：各项时限一数一单位；计算器。"""

from django import forms

from cadres.enums import DayShift
from cases.enums import Clock, Tier
from cases.forms.dispatch import current_rules
from cases.models import RuleSet
from cases.rules import rulesets
from cases.rules.deadlines import MOST, Term

UNITS = (("d", "天（自然日）"), ("w", "个工作日"), ("m", "个月"))


def term_keys():
    """一套规则要填的各项，按一件事走的先后；办结分三级。"""
    keys = []
    for key, tier in rulesets.needed():
        name = f"{key}.{tier}" if tier else key
        if name not in keys:
            keys.append(name)
    order = ["ACCEPT", "DISPATCH", "SIGN", "OBJECT_WINDOW", "RULING", "FEEDBACK", "CO_REPLY",
             *[f"RESOLVE.{tier}" for tier in Tier.values]]  # fmt: skip
    return sorted(keys, key=lambda name: order.index(name) if name in order else len(order) + keys.index(name))


class RuleSetForm(forms.Form):
    """新的一版：从上一版抄来改。"""

    code = forms.SlugField(
        label="代码", max_length=16, help_text="同一代码再存就是新的一版；旧版留着，已交办的照旧版走。",
        error_messages={"required": "请填写规则的代码。", "invalid": "代码只用字母、数字和短横线，如 13710、ABC-2025。"},
    )  # fmt: skip
    name = forms.CharField(label="名称", max_length=40, error_messages={"required": "请填写规则的名称。"})
    roll = forms.ChoiceField(label="期满日遇休息日", choices=DayShift.choices)
    note = forms.CharField(
        label="说明",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="依据哪份文件、改了什么。",
    )

    def __init__(self, *args, base, **options):
        self.base = base
        start = {"code": base.code, "name": base.name, "roll": base.roll, "note": ""}
        super().__init__(*args, initial=start, **options)
        for key in term_keys():
            term = Term.parse(base.terms[key]) if base.terms.get(key) else None
            self.fields[f"n:{key}"] = forms.IntegerField(
                label=rulesets.label(key), min_value=1, max_value=MOST, initial=term.amount if term else None,
                error_messages={"required": "请填几天。", "min_value": "至少 1。", "max_value": f"最多 {MOST}。"},
            )  # fmt: skip
            self.fields[f"u:{key}"] = forms.ChoiceField(
                label=f"{rulesets.label(key)}的单位", choices=UNITS, initial=str(term.unit) if term else "d"
            )

    def rows(self):
        """(名称, 数, 单位) 成行。"""
        return [(rulesets.label(key), self[f"n:{key}"], self[f"u:{key}"]) for key in term_keys()]

    def terms(self):
        """{"SIGN": "1d", …}；表单没有的键照抄上一版。"""
        said = {key: f"{self.cleaned_data[f'n:{key}']}{self.cleaned_data[f'u:{key}']}" for key in term_keys()}
        return {key: text for key, text in self.base.terms.items() if key not in said} | said


class Calculator(forms.Form):
    """哪天交办、按哪套规则。"""

    on = forms.DateField(
        label="交办那天", widget=forms.DateInput, error_messages={"invalid": "日期写成 2026-11-23 这样。"}
    )
    rule = forms.ModelChoiceField(
        RuleSet.objects.all(),
        label="规则",
        empty_label=None,
        error_messages={"invalid_choice": "没有这套规则，请重新选。"},
    )
    clock = forms.ChoiceField(label="看哪些", choices=[("main", "交办的几项"), ("all", "全部时限")])

    def __init__(self, data, *, today):
        rule = current_rules().first()
        given = {"on": today.isoformat(), "rule": rule.pk if rule else "", "clock": "main"} | {
            key: data[key] for key in data if key in self.base_fields
        }
        super().__init__(given)


AT_DISPATCH = (Clock.SIGN, Clock.FEEDBACK, Clock.RESOLVE, Clock.CO_REPLY)
