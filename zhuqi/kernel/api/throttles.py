"""How often a program may ask. Reads and writes are counted apart, per token, per person, or per address of a stranger."""

from typing import Any

from django.conf import settings
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle


class _AMinute(SimpleRateThrottle):
    """A number a minute, from the settings, read anew: an operator's change is one restart away."""

    setting = ""
    is_reads = True

    def get_rate(self) -> str:
        """600/min."""
        return f"{getattr(settings, self.setting)}/min"

    def allow_request(self, request: Request, view: Any) -> bool:
        """Only its own half is counted."""
        if (request.method in SAFE_METHODS) is not self.is_reads:
            return True
        return bool(super().allow_request(request, view))

    def get_cache_key(self, request: Request, view: Any) -> str:
        """Who is counted."""
        token: Any = getattr(request.auth, "pk", None)
        if token is not None:
            who = f"token-{token}"
        elif request.user.is_authenticated:
            who = f"user-{request.user.pk}"
        else:
            who = f"address-{self.get_ident(request)}"
        return f"api-{self.scope}-{who}"


class ReadThrottle(_AMinute):
    """GET."""

    scope = "reads"
    setting = "API_READS_A_MINUTE"


class WriteThrottle(_AMinute):
    """POST."""

    scope = "writes"
    setting = "API_WRITES_A_MINUTE"
    is_reads = False


class WrongTokens(_AMinute):
    """Tokens that are none, per address: past the number they are 429. A good token never waits for a neighbour's bad ones."""

    scope = "wrong-tokens"
    setting = "API_WRONG_TOKENS_A_MINUTE"

    def allow_request(self, request: Request, view: Any) -> bool:
        """Whatever the method."""
        return bool(SimpleRateThrottle.allow_request(self, request, view))

    def get_cache_key(self, request: Request, view: Any) -> str:
        """By address alone: nobody has been recognised."""
        return f"api-{self.scope}-{self.get_ident(request)}"

    @property
    def is_last(self) -> bool:
        """The one that was let through just now was the last for this minute."""
        return len(self.history) == self.most

    @property
    def most(self) -> int:
        """How many a minute."""
        return int(getattr(settings, self.setting))
