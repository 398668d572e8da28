"""A resident's words from the public page of a community: throttled, kept without a name, answered with one."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction

from jiugai.accounts.actor import SYSTEM
from jiugai.domain.errors import Refusal, TooLarge
from jiugai.domain.pictures import strip
from jiugai.matters.actions import open_matter
from jiugai.offline.actions.keep_photo import ENDINGS, LARGEST_BYTES
from jiugai.offline.models import Photo
from jiugai.planning.models import Project
from jiugai.registry.models import Community
from jiugai.registry.uploads import BadFile, Upload, store
from jiugai.web.turns import take_turn
from jiugai.works.models import ReportReceipt, ResidentReport

PER_HOUR, PER_DAY_HERE = 5, 100
SHORTEST = 5


class TooOften(Refusal):
    """The address sent too many, or the community got too many in a day."""

    status = 429
    code = "too_many_reports"


class NoWorks(Refusal):
    """Nothing is being built or under warranty in this community."""

    status = 404
    code = "no_works_here"


class BadWords(Refusal):
    """There is nothing to look into."""

    status = 422
    code = "bad_words"


@dataclass(frozen=True)
class Words:
    """What a resident sends."""

    words: str
    place: str = ""
    photo: Upload | None = None


@transaction.atomic
def report(
    *, community: Community, project: Project, words: Words, address: str | None, now: datetime
) -> ReportReceipt:
    """Keep what a resident says as a matter of the street. Raises BadWords, TooOften, BadFile, TooLarge."""
    if len(words.words.strip()) < SHORTEST:
        raise BadWords("请多写几个字，说清楚是什么问题", where="问题", remedy=f"至少 {SHORTEST} 个字")
    sender = _fingerprint(address, now)
    _throttle(sender, community, now)
    made: ResidentReport = open_matter(
        model=ResidentReport,
        values={"project": project, "words": words.words.strip()[:1000], "place": words.place.strip()[:120],
                "photo": _photo(community, words.photo, now)},
        community=community, actor=SYSTEM, now=now, provenance=community.provenance,
    )  # fmt: skip
    return ReportReceipt.objects.create(report=made, secret=secrets.token_urlsafe(12), sender=sender, at=now)


def _fingerprint(address: str | None, now: datetime) -> str:
    """Return a keyed fingerprint of the address that changes every day: enough to count, too little to know who."""
    text = f"{now:%Y-%m-%d} {address or ''}".encode()
    return hmac.new(settings.SECRET_KEY.encode(), text, hashlib.sha256).hexdigest()


def _throttle(sender: str, community: Community, now: datetime) -> None:
    take_turn(sender)  # one at a time per sender, so that many at once do not slip through
    mine = ReportReceipt.objects.filter(sender=sender, at__gt=now - timedelta(hours=1))
    if mine.count() >= PER_HOUR:
        raise TooOften("您刚才提了好几条，先等一等", remedy="一小时后再提；急事请打 12345")
    today = ReportReceipt.objects.filter(report__community=community, at__gt=now - timedelta(days=1))
    if today.count() >= PER_DAY_HERE:
        raise TooOften("今天提的太多了，收不下", remedy="明天再提；急事请打 12345")


def _photo(community: Community, upload: Upload | None, now: datetime) -> Photo | None:
    """Keep a picture, free of what the camera wrote into it."""
    if upload is None:
        return None
    name = upload.name or "photo.jpg"
    if name.rpartition(".")[2].lower() not in ENDINGS:
        raise BadFile("这不是照片", where=name, remedy="请选一张照片（jpg、png）")
    if (upload.size or 0) > LARGEST_BYTES:
        raise TooLarge("照片太大，最大 10 MB", where=name, remedy="换一张小一点的")
    plain = strip(b"".join(upload.chunks()))
    stored = store(ContentFile(plain, name=name))
    kept: Any = Photo.objects.get_or_create(
        community=community, sha256=stored.sha256,
        defaults={"file": stored.path, "content_type": stored.content_type, "size": stored.size, "stripped": True,
                  "uploaded_at": now, "provenance": community.provenance},
    )  # fmt: skip
    found: Photo = kept[0]
    return found
