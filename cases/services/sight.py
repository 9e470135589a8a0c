"""出站的通知说到一件诉求、一个共性问题时，收件人还看不看得到它（R-03）；由 cadres 的发信方来问。"""

from typing import Any

from cadres.models import User
from cadres.services.sight import ask
from cases.models import Case, CommonIssue


@ask
def case_in_sight(user: User, name: str, args: dict[str, Any]) -> bool | None:
    """案件页、共性问题页；别的页面不归这里管。"""
    if name == "cases:detail":
        return Case.objects.visible_to(user).filter(pk=args["pk"]).exists()
    if name == "cases:issue":
        return CommonIssue.objects.visible_to(user).filter(pk=args["pk"]).exists()
    return None
