"""What the phone page asks the server: who am I, which communities, what to take along, take this in."""

import json
from typing import Any

from django.contrib.auth import get_user
from django.db.models import Q
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from jiugai.accounts.guard import actor_of, find, logged_in, needs, public
from jiugai.accounts.permissions import Permission, may
from jiugai.domain.arrivals import Unreadable, read_batch
from jiugai.domain.errors import NotAllowed, TooLarge
from jiugai.domain.intake.names import normalise
from jiugai.offline.actions.keep_photo import keep_photo
from jiugai.offline.actions.receive import receive
from jiugai.offline.models import Photo
from jiugai.offline.types import all_types
from jiugai.registry.models import Community
from jiugai.registry.uploads import place_of
from jiugai.web.uploads import too_large

MOST_FOUND = 40


def now_ms() -> int:
    """Return the server's clock in milliseconds since 1970, as phones count."""
    return int(timezone.now().timestamp() * 1000)


def _name(request: HttpRequest) -> str:
    return str(get_user(request).get_username())


@require_safe
@never_cache
@public
def session(request: HttpRequest) -> JsonResponse:
    """Say who is logged in (nobody is an answer too), what time it is, and give the mark that sending needs."""
    actor = actor_of(request)
    said: dict[str, Any] = {"user": "", "now": now_ms()}
    if not actor.is_anonymous:
        said |= {
            "user": _name(request),
            "name": actor.name,
            "organisation": actor.organisation,
            "place": "、".join(actor.area_names),
            "csrf": get_token(request),
        }
    return JsonResponse(said)


@require_safe
@never_cache
@needs(Permission.MATTER_OPEN)
def communities(request: HttpRequest) -> JsonResponse:
    """Find communities in the person's area by name, initials or address."""
    words = request.GET.get("q", "").strip()[:60]
    rows = Community.objects.current().visible_to(actor_of(request)).select_related("area")
    if words:
        named = Q(name_norm__contains=normalise(words) or words) | Q(initials__startswith=words.lower())
        rows = rows.filter(named | Q(address__contains=words))
    found = list(rows.order_by("pinyin", "pk").only("name", "address", "provenance", "area__name")[: MOST_FOUND + 1])
    shown = [
        {"id": c.pk, "name": c.name, "address": c.address, "place": c.area.name, "demo": c.provenance == "demo"}
        for c in found[:MOST_FOUND]
    ]
    return JsonResponse({"found": shown, "more": len(found) > MOST_FOUND})


@require_POST
@never_cache
@needs(Permission.MATTER_OPEN)
def pack(request: HttpRequest, pk: int) -> JsonResponse:
    """Give what the phone needs of one community to work without connection."""
    actor = actor_of(request)
    home = find(Community.objects.select_related("area"), actor, pk=pk)
    now = timezone.now()
    parts = {
        kind.code: kind.pack(community=home, actor=actor, now=now)
        for kind in all_types()
        if kind.pack is not None and may(actor, kind.permission, home)
    }
    about = {"id": home.pk, "name": home.name, "address": home.address, "place": home.area.name,
             "demo": home.provenance == "demo"}  # fmt: skip
    return JsonResponse({"community": about, "now": now_ms(), "parts": parts})


@require_POST
@never_cache
@logged_in
def sync(request: HttpRequest) -> JsonResponse:
    """Take in a batch of entries; each is answered by itself, so the answer is 200 also when all are refused."""
    try:
        raw = json.loads(request.body)
    except (ValueError, RecursionError):
        raise Unreadable("收到的内容读不出来", remedy="会自动再传一次") from None
    sent, ops = read_batch(raw)
    answers = receive(sent_ms=sent, raw=ops, actor=actor_of(request), username=_name(request), now=timezone.now())
    shown = [{"id": a.ident, "state": a.state, "says": a.says, "remedy": a.remedy, "clock": a.clock} for a in answers]
    return JsonResponse({"now": now_ms(), "answers": shown})


@require_POST
@never_cache
@logged_in
def photo(request: HttpRequest) -> JsonResponse:
    """Take in one photo, named by its SHA-256. Sent twice, it is kept once."""
    upload = request.FILES.get("file")
    if too_large(request):
        raise TooLarge("照片超过 250 MB", remedy="用手机填报页面拍照，会先缩小再上传")
    number = request.POST.get("community", "")
    if upload is None or not number.isdigit() or len(number) > 18:
        raise Unreadable("没有收到照片", remedy="会自动再传一次")
    actor = actor_of(request)
    home = Community.objects.visible_to(actor).filter(pk=int(number)).first()
    if home is None:
        raise NotAllowed("这个小区不在您的辖区内", remedy="照片还留在手机上，可以导出")
    sha256 = request.POST.get("sha256", "")
    kept, new = keep_photo(community=home, upload=upload, sha256=sha256, actor=actor, now=timezone.now())
    return JsonResponse({"state": "accepted" if new else "duplicate", "id": kept.pk, "size": kept.size})


@require_safe
@needs(Permission.MATTER_VIEW)
def photo_open(request: HttpRequest, pk: int) -> HttpResponse | FileResponse:
    """Show a photo to people in whose area it lies."""
    found = find(Photo.objects.all(), actor_of(request), pk=pk)
    path = place_of(found.file)
    if not path.is_file():
        return HttpResponse("照片文件不在了", status=404, content_type="text/plain; charset=utf-8")
    headers = {"Cache-Control": "private, max-age=86400", "Content-Security-Policy": "default-src 'none'"}
    return FileResponse(path.open("rb"), content_type=found.content_type, headers=headers)
