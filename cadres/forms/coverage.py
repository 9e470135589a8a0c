"""Assignments and their spreadsheet."""

from django import forms
from django.db.models import Q

from cadres.enums import AssignmentRole
from cadres.services.coverage import candidates
from enterprises.models import Region


class PersonField(forms.CharField):
    """A person by account or by name. Nobody scrolls 2,742 names; several of one name are told apart by account."""

    default_error_messages = {"required": "请填写干部的姓名或账号。"}

    def __init__(self, *args, role=AssignmentRole.LEAD, **kwargs):
        self.role = role
        super().__init__(*args, max_length=40, **kwargs)

    def clean(self, value):
        """The one person meant, or a sentence that helps to say who."""
        said = super().clean(value)
        if not said:
            return None
        people = candidates(None, self.role)
        found = list(people.filter(username__iexact=said)) or list(people.filter(name=said)[:6])
        if len(found) == 1:
            return found[0]
        if found:
            named = "、".join(f"{each.unit or ''}{each.name}（{each.username}）" for each in found)
            raise forms.ValidationError(f"叫“{said}”的有 {len(found)} 位：{named}。请填账号。")
        near = people.filter(Q(name__icontains=said) | Q(username__icontains=said))[:5]
        hint = f"是不是：{'、'.join(f'{each.name}（{each.username}）' for each in near)}？" if near else ""
        raise forms.ValidationError(f"没有找到“{said}”。{hint}")


class LeadForm(forms.Form):
    """A new lead cadre. `seen` is the assignment the page showed."""

    cadre = PersonField(label="新牵头干部", help_text="填姓名或账号")
    note = forms.CharField(label="调整说明", max_length=200, required=False)
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)


class AssistantForm(forms.Form):
    """One more person beside the lead."""

    prefix = "more"
    role = forms.ChoiceField(
        label="身份",
        choices=[(each.value, each.label) for each in (AssignmentRole.ASSISTANT, AssignmentRole.LEADER)],
        initial=AssignmentRole.ASSISTANT,
        widget=forms.RadioSelect,
    )
    cadre = PersonField(label="姓名或账号")

    def full_clean(self):
        """Whom the name may mean depends on the part."""
        if self.is_bound:
            role = self.data.get(self.add_prefix("role"))
            self.fields["cadre"].role = role if role in AssignmentRole.values else AssignmentRole.ASSISTANT
        super().full_clean()


class FirmFilter(forms.Form):
    """Above lists of firms by county."""

    q = forms.CharField(label="企业名称、拼音首字母或代码", required=False)
    region = forms.ModelChoiceField(Region.objects.all(), label="县（市、区）", required=False, empty_label="全部")

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        if not user.sees_everything and user.region_ids:
            self.fields["region"].queryset = Region.objects.filter(pk__in=user.region_ids)

    def narrow(self, firms):
        """Firms as asked for."""
        said = self.cleaned_data if self.is_valid() else {}
        if said.get("q"):
            firms = firms.matching(said["q"])
        return firms.filter(region=said["region"]) if said.get("region") else firms
