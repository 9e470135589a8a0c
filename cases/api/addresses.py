"""接口的地址，按名字取。"""

from django.urls import reverse

from cases.enums import Action
from cases.models import Case


def case_address(case: Case) -> str:
    """一件诉求。"""
    return reverse("api:case", args=[case.pk])


def action_address(case: Case, action: Action) -> str:
    """这一步往哪里交。"""
    return reverse(f"api:case_{action.value}", args=[case.pk])
