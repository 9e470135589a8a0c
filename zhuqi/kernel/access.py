"""Which roles a page is for. Whose row it is, the services and `.visible_to` decide (R-04)."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse

from zhuqi.kernel.errors import NotPermitted

View = Callable[..., HttpResponse]


def for_roles(*roles: str) -> Callable[[View], View]:
    """403 with a sentence for everybody else."""
    allowed = frozenset(roles)

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            if getattr(request.user, "role", "") not in allowed:
                raise NotPermitted("这一页不属于您的岗位。")
            return view(request, *args, **kwargs)

        return guarded

    return decorate
