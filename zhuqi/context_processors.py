"""What the frame of every page needs. Everything that costs a query waits until a template asks for it."""

from django.conf import settings
from django.utils import timezone
from django.utils.functional import SimpleLazyObject, lazystr

from cadres.services.duties import double_ten_state
from zhuqi import navigation

LARGE_COOKIE = "large"


def shell(request):
    """Day, 双十 state, navigation, unread notices, large print and the city's name."""
    user = getattr(request, "user", None)
    today = timezone.localdate()
    match = getattr(request, "resolver_match", None)
    current = match.view_name if match else ""
    return {
        "today": today,
        "city": settings.CITY_NAME,
        "campaign": settings.CAMPAIGN_NAME,
        "hotline": settings.HOTLINE,
        "large_print": request.COOKIES.get(LARGE_COOKIE) == "1",
        "rail": SimpleLazyObject(lambda: navigation.rail(user, current)),
        "tabs": SimpleLazyObject(lambda: navigation.tabs(user, current)),
        "home_url": lazystr(SimpleLazyObject(lambda: navigation.home_url(user))),
        "double_ten": SimpleLazyObject(lambda: double_ten_state(today)),
        "unread_count": SimpleLazyObject(lambda: _unread(user)),
    }


def _unread(user) -> int:
    if user is None or not user.is_authenticated:
        return 0
    return user.notices.filter(read_at__isnull=True).count()
