"""合并企业的表单：每一栏、牵头干部、首要联系人用哪一家的，和预览的指纹。"""

from django import forms

from cases.services.firm_merging import REASON_MOST, Choices
from cases.services.firm_plan import ABSORBED, KEPT

PICK_ONE = {"required": "请选用哪一家的。", "invalid_choice": "请选用哪一家的。"}


class MergeFirms(forms.Form):
    """不同的各栏才有得选；一样的不问。"""

    reason = forms.CharField(
        label="为什么是同一家", required=False, max_length=REASON_MOST, help_text="如 营业执照核对过，同一法人。"
    )
    seal = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args, plan, **kwargs):
        super().__init__(*args, **kwargs)
        self.plan = plan
        self.initial["seal"] = plan.seal()
        for pair in plan.fields:
            if pair.differs:
                self.fields[f"use_{pair.name}"] = self._side(pair.label, pair.kept, pair.absorbed, pair.default)
        if plan.has_two_leads:
            names = [plan.leads[side].cadre.name for side in (KEPT, ABSORBED)]
            self.fields["lead"] = self._side("合并后的牵头干部", *names, KEPT)
        if plan.has_two_primaries:
            names = [plan.primaries[side].name for side in (KEPT, ABSORBED)]
            self.fields["primary"] = self._side("合并后的首要联系人", *names, KEPT)

    def _side(self, label, kept, absorbed, default):
        choices = ((KEPT, kept or "（空）"), (ABSORBED, absorbed or "（空）"))
        return forms.ChoiceField(
            label=label, choices=choices, initial=default, widget=forms.RadioSelect, error_messages=PICK_ONE
        )

    def rows(self):
        """(栏, 可选的那一栏或 None)，按对照表的次序。"""
        for pair in self.plan.fields:
            name = f"use_{pair.name}"
            yield pair, self[name] if name in self.fields else None

    def choices(self):
        """选好的。"""
        said = self.cleaned_data
        fields = {name.removeprefix("use_"): side for name, side in said.items() if name.startswith("use_")}
        return Choices(fields, said.get("lead", KEPT), said.get("primary", KEPT), said["reason"])
