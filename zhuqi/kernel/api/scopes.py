"""What a token may be used for. A scope only narrows: what its user may not, the token may not (R-03, R-04)."""

from typing import Any

from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from zhuqi.kernel.api.problems import OutOfScope

SCOPES = {
    "cases:read": "看问题、单据、时限、评价",
    "cases:write": "提出问题，办理每一步",
    "enterprises:read": "看企业",
    "visits:read": "看走访和包联",
    "visits:write": "记走访",
    "policies:read": "看政策和匹配",
    "events:read": "看对接活动",
    "rankings:read": "看通报",
    "reference:read": "看区域、单位、类别、规则、日历",
}


class InScope(BasePermission):
    """A session has its user's rights whole; a token only those of its scopes. The view names its subject: `scope = "cases"`."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """True, or OutOfScope with the name of what is missing."""
        needed = needed_scope(view, request.method or "GET")
        scopes: Any = getattr(request.auth, "scopes", None)
        if scopes is not None and needed and needed not in scopes:
            raise OutOfScope(f"这个令牌没有“{SCOPES[needed]}”（{needed}）的范围，请另发一个。")
        return True


def needed_scope(view: Any, method: str) -> str:
    """cases:read for what only reads, cases:write for the rest; empty where any token will do, or nothing is to be done."""
    found = f"{getattr(view, 'scope', '')}:{'read' if method in SAFE_METHODS else 'write'}"
    return found if found in SCOPES else ""
