"""R-03: visibility, written once. A person's every read starts at `.visible_to(user)`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, Self, TypeVar

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

ModelT_co = TypeVar("ModelT_co", bound=models.Model, covariant=True)


class Viewer(Protocol):
    """What the gate asks of a person; `cadres.User` answers it."""

    @property
    def is_authenticated(self) -> bool:
        """False for an anonymous visitor."""
        ...

    @property
    def sees_everything(self) -> bool:
        """City office, leaders, supervisors."""
        ...

    def enterprise_scope(self) -> Any:
        """Give the keys of the enterprises in sight: a queryset or list, for `__in`."""
        ...


class ScopedQuerySet(models.QuerySet[ModelT_co]):
    """A queryset that knows the way from its model to the enterprise it is about."""

    scope_path = "enterprise"  # path from this model to Enterprise ("pk" on Enterprise)

    def visible_to(self, user: Viewer | AnonymousUser) -> Self:
        """The one gate: views, API, exports, counts and tasks start here."""
        if not user.is_authenticated:
            return self.none()
        if user.sees_everything:
            return self  # no subquery: an "everything" filter still costs a scan
        return self.filter(self.scope_q(user))

    def scope_q(self, user: Viewer) -> Q:
        """What this person sees, as a condition on this model."""
        # pk__in, not a join: two matching assignments must not duplicate the row.
        return Q(**{f"{self.scope_path}__in": user.enterprise_scope()})
