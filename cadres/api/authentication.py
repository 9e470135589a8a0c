"""接口令牌：`Authorization: Bearer zq_…`，以令牌主人的身份（R-03、R-71）。"""

from django.utils import timezone
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed, Throttled
from rest_framework.request import Request

from cadres.models import ApiToken, User
from cadres.services import audit
from cadres.services.tokens import recognise
from zhuqi.kernel.api.problems import FirstPassword
from zhuqi.kernel.api.throttles import WrongTokens

SCHEME = b"bearer"


class TokenAuthentication(BaseAuthentication):
    """不认得的一律 401，不说是写错、到期还是撤销。"""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        """没有这个头就不是用令牌来的。"""
        words = get_authorization_header(request).split()
        if not words or words[0].lower() != SCHEME:
            return None
        token = recognise(words[1].decode("latin-1"), at=timezone.now()) if len(words) == 2 else None
        if token is None:
            raise _refusal(request)
        if token.user.must_change_password:
            raise FirstPassword("令牌的主人还没有换掉初始密码，请先登录页面修改。")
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        """401 时告诉程序怎么来。"""
        return 'Bearer realm="api"'


def _refusal(request: Request) -> AuthenticationFailed | Throttled:
    """同一个地址一分钟里错得多了就 429，记一条审计（R-72）；令牌对的不受影响。"""
    counted = WrongTokens()
    if not counted.allow_request(request, None):
        return Throttled(wait=counted.wait())
    if counted.is_last:
        said = f"一分钟内 {counted.most} 次"
        audit.record(request._request, "接口令牌连续不对", result="未通过", reason=said, at=timezone.now())  # noqa: SLF001 - where it came from
    return AuthenticationFailed("令牌不对，或已到期、已撤销。")
