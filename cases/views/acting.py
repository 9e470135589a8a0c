"""把一个动作的表单交给服务：收件箱、问题页都从这里走。"""

from http import HTTPStatus

from django.http import Http404
from django.utils import timezone

from cases import services
from cases.enums import Action
from cases.forms.actions import form_for
from cases.models import Case
from cases.services.choices import refusal_now
from zhuqi.kernel.errors import DomainError, NotPermitted


def action_of(name):
    """网址里的动作；没有这个动作就没有这个页面。"""
    try:
        return Action(name)
    except ValueError:
        raise Http404 from None


def try_action(request, case, action):
    """办一步。办成返回 (None, 办后的案件)；办不成返回 (填好的表单, 原案件)，表单上写着为什么；
    再交也办不成的（`is_over`）页面只给看填过的和去处。

    规则不许（别人先办了、还缺什么）在这里接住而不交给中间件：要带着填过的话回到原处（R-04 的无权照旧 403）。
    """
    form = form_for(action)(request.POST, request.FILES, case=case, user=request.user)
    if not form.is_valid():
        return form, case
    try:
        return None, services.perform(case, action, actor=request.user, at=timezone.now(), **form.details())
    except NotPermitted:
        raise
    except DomainError as refusal:
        form.case = case = Case.objects.visible_to(request.user).filter(pk=case.pk).first() or case
        form.take_refusal(refusal)
        form.refused_status = refusal.status
        form.is_over = bool(refusal_now(case, action, request.user, today=timezone.localdate()))
        return form, case


def status_of(form):
    """表单回来时的状态码：没填对 422，别人先办了 409。"""
    return getattr(form, "refused_status", HTTPStatus.UNPROCESSABLE_ENTITY)
