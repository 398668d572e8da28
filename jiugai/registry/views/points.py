"""The city as dots behind the log-in form: only what is public anyway, the same for everybody."""

from django.core.cache import cache
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from jiugai.accounts.actor import SYSTEM
from jiugai.accounts.guard import public
from jiugai.accounts.scope import scoped
from jiugai.registry.queries.login_picture import picture

KEPT_SECONDS = 3600
KEY = "login-points"


@public
@require_safe
@cache_control(public=True, max_age=KEPT_SECONDS)
def login_points(request: HttpRequest) -> JsonResponse:
    """Return roads and communities as `login.js` draws them."""
    data = cache.get(KEY)
    if data is None:
        with scoped(SYSTEM):
            data = picture()
        cache.set(KEY, data, KEPT_SECONDS)
    return JsonResponse(data)
