"""Vector tiles over HTTP."""

from django.db import transaction
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_GET

from jiugai.accounts.guard import actor_of, needs
from jiugai.accounts.permissions import Permission
from jiugai.registry.tiles import answer


# A tile only reads: two statements less each time. Should data change between version and tile, the tag is too old,
# and the next question answers anew.
@transaction.non_atomic_requests
@require_GET
@needs(Permission.REGISTER_VIEW)
def tile(request: HttpRequest, layer: str, z: int, x: int, y: int) -> HttpResponseBase:
    """Answer one tile of one layer, within the actor's scope."""
    return answer.tile(request=request, actor=actor_of(request), layer=layer, at=(z, x, y))
