"""The browser's session as a way in: the same person, all their rights, with the form's own protection."""

from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request


class BrowserSession(SessionAuthentication):
    """Django's session; a change needs the CSRF token."""

    def enforce_csrf(self, request: Request) -> None:
        """The same check as for forms, said in words."""
        try:
            super().enforce_csrf(request)
        except PermissionDenied as error:
            raise PermissionDenied("浏览器里提交要带 X-CSRFToken，页面可能已经过期，请刷新。") from error
