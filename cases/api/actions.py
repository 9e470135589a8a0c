"""办一步：流程表里每个动作一个地址，`POST /cases/{id}/actions/{action}`。写的都是 `services.perform`。"""

from typing import Any

from django.urls import URLPattern, path
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from cases import services
from cases.api.bodies import OFFERED, Taking, details_of, rating_of, taking
from cases.api.serializers import CaseDetailSerializer
from cases.api.views import answer, visible_cases
from cases.enums import Action
from cases.models import Case
from cases.rules.workflow import TRANSITIONS, is_theirs
from zhuqi.kernel.api.bodies import Body, BoundedJson, FilesAndFields
from zhuqi.kernel.api.idempotency import once
from zhuqi.kernel.api.problems import StaleRevision
from zhuqi.kernel.api.revisions import asked_revision, etag
from zhuqi.kernel.api.views import ApiView
from zhuqi.kernel.errors import Conflict, NotPermitted


class CaseAct(ApiView):
    """一个动作；`taking` 说要交什么。"""

    scope = "cases"
    needs_revision = True
    serializer_class = CaseDetailSerializer
    taking: Taking

    def get_parsers(self) -> list[Any]:
        """JSON；能带文件的另收 multipart。"""
        offered = [BoundedJson() if self.taking.as_json else None, FilesAndFields() if self.taking.as_form else None]
        return [parser for parser in offered if parser]

    @once
    def post(self, request: Request, pk: int) -> Response:
        """看不到 404，不归你 403，没带修订号 428，填得不对 422，修订号旧了 412，现在不能办 409。"""
        action = self.taking.action
        case = self.found(visible_cases(self.person), pk=pk)
        if not is_theirs(action, services.relation(self.person, case)):
            raise NotPermitted(f"「{action.label}」不归您办理。")
        revision = asked_revision(request)
        body = self._body(request, case)
        body.is_valid(raise_exception=True)
        try:
            self._do(case, revision, body.validated_data)
        except Conflict as lost:
            raise _stale(case, revision, lost) from lost
        left = visible_cases(self.person).filter(pk=pk).first()
        return answer(self, left) if left else Response(status=204)

    def _body(self, request: Request, case: Case) -> Body:
        is_form = self.taking.as_form is not None and (self.taking.as_json is None or hasattr(request.data, "getlist"))
        kind: Any = self.taking.as_form if is_form else self.taking.as_json
        made: Body = kind(data=request.data, context=self.context(case=case))
        return made

    def _do(self, case: Case, revision: int, said: dict[str, Any]) -> None:
        user, at = self.person, timezone.now()
        if self.taking.action != Action.RATE:
            services.perform(
                case, self.taking.action, actor=user, at=at, revision=revision, **details_of(self.taking.action, said)
            )
            return
        waiting = case.evaluations.filter(rated_at__isnull=True, lapsed_at__isnull=True).first()
        if waiting is None or revision != case.revision:
            raise Conflict("这件事现在没有等您评价，或刚被别人办过，请重新读取。")
        services.rate(waiting, rating_of(said), at=at, actor=user)


def _stale(case: Case, revision: int, lost: Conflict) -> Exception:
    """修订号旧了是 412，连同新的 ETag；修订号对而办不了是 409。"""
    newest = Case.objects.filter(pk=case.pk).values_list("revision", flat=True).first()
    if newest is None or newest == revision:
        return lost
    return StaleRevision(lost.message, {"ETag": etag(newest)})


def _view(action: Action) -> Any:
    took = taking(action)
    roles = "、".join(sorted(role.label for role in TRANSITIONS[action].roles))
    said = f"{action.label}。由{roles}办，{TRANSITIONS[action].holder.value}。"
    kind: Any = type(f"Case{action.name.title().replace('_', '')}", (CaseAct,), {"taking": took})
    described = extend_schema(
        operation_id=f"cases_{action.value}",
        summary=action.label,
        description=said,
        request=took.media or None,
        responses={200: CaseDetailSerializer, 204: None},
        tags=["case-actions"],
    )
    return extend_schema_view(post=described)(kind).as_view()


routes: list[URLPattern] = [
    path(f"cases/<int:pk>/actions/{action.value}", _view(action), name=f"case_{action.value}") for action in OFFERED
]
