"""有自己栏目的动作：并案、拆分、退单、延期、申报、审核、问效 ……（与 ActionForm 合用）。"""

from django import forms

from cadres.enums import UnitKind
from cadres.models import Unit
from cases import enums
from cases.forms.fields import CaseChoiceField, FilesField, IndentedChoiceField, TicketChoiceField
from cases.models import Case, Category
from cases.services import DispatchPlan, Ticks, clocks

PART_COUNT = 4
HELPER_COUNT = 3
NO_LEAD = (UnitKind.LEADING_GROUP, UnitKind.SUPERVISION)
PICK = "请选择"


def handling_units():
    """能承办的单位。"""
    return Unit.objects.filter(is_active=True).exclude(kind__in=NO_LEAD)


def date_field(label, *, required=True, hint=""):
    """一个日期栏；没填和填错各有说法。"""
    return forms.DateField(
        label=label,
        required=required,
        help_text=hint,
        widget=forms.DateInput,
        error_messages={"required": f"请写{label}。", "invalid": "日期请写成 2026-11-27 这样。"},
    )


class _Category:
    """类别、级别、性质。"""

    is_category_needed = True

    def _own_fields(self):
        active = Category.objects.filter(is_active=True).select_related("parent")
        case = self.case
        self.initial |= {"category": case.category_id, "tier": case.tier, "nature": case.nature}
        return {
            "category": IndentedChoiceField(
                active, label="类别", required=self.is_category_needed, empty_label=PICK,
                error_messages={"required": "请选择类别。", "invalid_choice": "这个类别已停用，请另选。"},
            ),
            "tier": forms.ChoiceField(label="级别", choices=enums.Tier.choices, widget=forms.RadioSelect),
            "nature": forms.ChoiceField(label="性质", choices=enums.Nature.choices, widget=forms.RadioSelect),
        }  # fmt: skip


class Classification(_Category):
    """分类定级。"""


class Acceptance(_Category):
    """受理时可以顺手分类。"""

    is_category_needed = False

    def _own_fields(self):
        fields = super()._own_fields()
        fields["category"].help_text = "现在不选也可以，交办前再定。"
        fields["tier"].required = fields["nature"].required = False
        return fields


class Merging:
    """并到同一企业的另一件在办问题。"""

    def _own_fields(self):
        others = Case.objects.visible_to(self.user).filter(enterprise=self.case.enterprise_id).open()
        return {
            "into": CaseChoiceField(
                others.exclude(pk=self.case.pk), label="并到哪一件", empty_label=PICK,
                help_text="只列出这家企业其他在办的问题。",
                error_messages={"required": "请选择并到哪一件。", "invalid_choice": "那一件刚刚办结或已并案，请另选。"},
            )
        }  # fmt: skip


class Splitting:
    """拆成几件：每件一个标题、一段情况。"""

    def _own_fields(self):
        fields = {}
        for n in range(1, PART_COUNT + 1):
            fields[f"title_{n}"] = forms.CharField(label=f"第 {n} 件 标题", max_length=80, required=n == 1)
            fields[f"description_{n}"] = forms.CharField(
                label=f"第 {n} 件 情况", max_length=4000, required=n == 1, widget=forms.Textarea(attrs={"rows": 2})
            )
        return fields

    def clean(self):
        """标题和情况要成对；至少一件。"""
        for n in range(1, PART_COUNT + 1):
            title, description = self.cleaned_data.get(f"title_{n}"), self.cleaned_data.get(f"description_{n}")
            if bool(title) != bool(description) and not self.errors:
                self.add_error(f"{'description' if title else 'title'}_{n}", "标题和情况要一起写。")
        return self.cleaned_data

    def details(self):
        """[(标题, 情况), …]。"""
        kept = super().details()
        pairs = [(kept.pop(f"title_{n}"), kept.pop(f"description_{n}")) for n in range(1, PART_COUNT + 1)]
        return kept | {"parts": [pair for pair in pairs if all(pair)]}


class Plan(_Category):
    """交办方案（R-22）：类别、级别、主办、协办及分工、要求。"""

    def _own_fields(self):
        units = handling_units()
        lead = self.case.category.default_lead_id if self.case.category_id else None
        self.initial.setdefault("lead", self.case.lead_id or lead)
        fields = super()._own_fields() | {
            "lead": forms.ModelChoiceField(
                units, label="主办单位", empty_label=PICK, error_messages={"required": "请选择主办单位。"}
            )
        }
        for n in range(1, HELPER_COUNT + 1):
            fields[f"helper_{n}"] = forms.ModelChoiceField(
                units, label=f"协办单位 {n}", required=False, empty_label="没有"
            )
            fields[f"part_{n}"] = forms.CharField(label=f"协办 {n} 的分工", max_length=200, required=False)
        fields["requirements"] = forms.CharField(
            label="办理要求", max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3}),
            help_text="一行一条，会印在交办单上。",
        )  # fmt: skip
        return fields

    def details(self):
        """{plan: DispatchPlan}。"""
        kept = super().details()
        helpers = [(kept.pop(f"helper_{n}"), kept.pop(f"part_{n}")) for n in range(1, HELPER_COUNT + 1)]
        plan = DispatchPlan(
            **{name: kept.pop(name) for name in ("category", "tier", "nature", "lead", "requirements")},
            co_handlers=tuple((unit, part) for unit, part in helpers if unit),
        )
        return kept | {"plan": plan}


class Objecting:
    """退单：应由谁办。"""

    def _own_fields(self):
        return {
            "proper_unit": forms.ModelChoiceField(
                handling_units().exclude(pk=self.case.lead_id), label="应由哪个单位办理", empty_label=PICK,
                error_messages={"required": "请选择应由哪个单位办理。"},
            )
        }  # fmt: skip


class Extension:
    """申请延期：几天；新日期由页面按规则算给人看。"""

    def _own_fields(self):
        most = clocks.amount(self.case, "EXTENSION_MOST")
        return {
            "days": forms.IntegerField(
                label="延几天", min_value=1, max_value=most, initial=min(10, most),
                help_text=f"自然日，最多 {most} 天。",
                error_messages={
                    "required": "请写延几天。", "invalid": "请写一个整数，如 10。",
                    "min_value": f"可以是 1 到 {most} 天。", "max_value": f"最多 {most} 天。",
                },
            )
        }  # fmt: skip


class Gap:
    """卡在政策的哪里；认定过的可以改，也可以撤回。"""

    def _own_fields(self):
        self.initial.setdefault("policy_gap", self.case.policy_gap)
        none = ("", "不是政策的原因（撤回认定）") if self.case.policy_gap else ("", PICK)
        return {
            "policy_gap": forms.ChoiceField(
                label="卡在哪里", choices=[none, *enums.PolicyGap.choices], required=not self.case.policy_gap,
                error_messages={"required": "请选择卡在政策的哪里。"},
            )
        }  # fmt: skip

    def arrange(self):
        """先选哪一种，再写哪一条。"""
        self.order_fields(["revision", "policy_gap", "note"])


class Submitting:
    """办结申报：结果代码、承诺日期（B、C）、佐证至少一件（R-27）。"""

    def _own_fields(self):
        return {
            "outcome": forms.ChoiceField(
                label="办理结果", choices=enums.Outcome.choices, widget=forms.RadioSelect,
                help_text="A、D 转企业评价；B、C 挂账，跟到承诺那天。",
                error_messages={"required": "请选择办理结果。"},
            ),
            "policy_gap": forms.ChoiceField(
                label="卡在政策上吗", choices=[("", "不是，或说不准"), *enums.PolicyGap.choices], required=False,
                initial=self.case.policy_gap, help_text="选了，专项工作小组就看得到，好提政策建议；企业看不到。",
            ),
        }  # fmt: skip

    def arrange(self):
        """佐证必须有；承诺日期放在办理情况后面。"""
        self.fields["files"] = FilesField(
            label="办结佐证", help_text="至少一件：批文、照片、回执等。",
            error_messages={"required": "请至少附一件佐证（照片、文件或截图）。"},
        )  # fmt: skip
        self.fields["promised_on"] = date_field("承诺哪天办成", required=False, hint="结果是 B 或 C 时要写。")
        self.order_fields(["revision", "outcome", "note", "promised_on", "policy_gap", "files"])

    def clean(self):
        """B、C 没有承诺日期不行；A、D 写了也不记。"""
        outcome = self.cleaned_data.get("outcome")
        if not outcome:
            return self.cleaned_data
        if enums.Outcome(outcome) in enums.FINAL_OUTCOMES:
            self.cleaned_data["promised_on"] = None
        elif not self.cleaned_data.get("promised_on") and "promised_on" not in self.errors:
            self.add_error("promised_on", "正在解决或列入计划的，请写承诺哪天办成。")
        return self.cleaned_data


class Reviewing:
    """审核四勾（R-27）。"""

    TICKS = (
        ("is_solved", "问题真的解决了"),
        ("is_answered", "已经答复企业"),
        ("has_contacted", "承办单位联系过企业"),
        ("firm_agrees", "企业同意这个结果"),
    )

    def _own_fields(self):
        return {
            "ticks": forms.MultipleChoiceField(
                label="核实", choices=self.TICKS, required=False, widget=forms.CheckboxSelectMultiple,
                help_text="逐项核实，打电话问企业；核实不了请退回。",
            )
        }  # fmt: skip

    def details(self):
        """{ticks: Ticks}。"""
        kept = super().details()
        return kept | {"ticks": Ticks(**dict.fromkeys(kept.pop("ticks"), True))}


class Promising:
    """答复催办：新的承诺日期也是期限（R-36）。"""

    def _own_fields(self):
        return {}

    def arrange(self):
        """承诺日期在原因后面。"""
        self.fields["promised_on"] = date_field("承诺哪天办成", hint="承诺也是期限，到期不兑现会再催。")
        self.order_fields(["revision", "note", "promised_on", "files"])


class Inquiring:
    """拟问效建议单：缘由与建议。"""

    def _own_fields(self):
        self.initial.setdefault("cause", enums.InquiryCause.BY_HAND)
        return {
            "cause": forms.ChoiceField(label="缘由", choices=enums.InquiryCause.choices),
            "suggestion": forms.ChoiceField(
                label="建议处理", choices=[one for one in enums.Measure.choices if one[0] != enums.Measure.NONE]
            ),
        }


class Finding:
    """督查认定与处理（R-35）。"""

    def _own_fields(self):
        return {
            "finding": forms.ChoiceField(
                label="认定",
                required=False,
                choices=[("", "不构成"), *enums.Finding.choices],
                help_text="不予追究的选“不构成”。",
            ),
            "measure": forms.ChoiceField(
                label="处理",
                choices=[("", PICK), *enums.Measure.choices],
                error_messages={"required": "请选择怎么处理。"},
            ),
            "measure_due_on": date_field("限期", required=False, hint="处理是“限期办结”时要写，会成为承办单位的期限。"),
        }

    def arrange(self):
        """先写查明的事实，再认定、处理。"""
        self.order_fields(["revision", "note", "finding", "measure", "measure_due_on", "files"])

    def clean(self):
        """限期办结要有限期；追究要有认定。"""
        measure = self.cleaned_data.get("measure")
        is_dated = self.cleaned_data.get("measure_due_on") or "measure_due_on" in self.errors
        if measure == enums.Measure.DEADLINE and not is_dated:
            self.add_error("measure_due_on", "限期办结要写一个今天以后的限期。")
        if measure and measure != enums.Measure.NONE and not self.cleaned_data.get("finding"):
            self.add_error("finding", "请选择认定的情形；不予追究的可以不选。")
        return self.cleaned_data


class Voiding:
    """作废哪一张。"""

    def _own_fields(self):
        return {
            "ticket": TicketChoiceField(
                self.case.tickets.issued(), label="作废哪一张", empty_label=PICK,
                error_messages={"required": "请选择要作废的单据。"},
            )
        }  # fmt: skip
