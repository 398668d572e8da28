"""Keep a photo taken on a phone: small, really a picture, free of what the camera wrote into it."""

import hashlib
from datetime import datetime

from django.core.files.base import ContentFile
from django.db import transaction

from jiugai.accounts.actor import Actor
from jiugai.accounts.guard import require
from jiugai.accounts.permissions import Permission
from jiugai.domain.errors import Refusal, TooLarge
from jiugai.domain.pictures import strip
from jiugai.offline.models import Photo
from jiugai.registry.models import Community
from jiugai.registry.uploads import BadFile, Upload, store

LARGEST_BYTES = 10 * 1024 * 1024
ENDINGS = {"jpg", "jpeg", "png", "webp"}
AGAIN = "用手机填报页面拍照，会先缩小再上传"


class OtherContent(Refusal):
    """The picture arrived damaged: its content is not what the phone said it would send."""

    status = 422
    code = "other_content"


def keep_photo(*, community: Community, upload: Upload, sha256: str, actor: Actor, now: datetime) -> tuple[Photo, bool]:
    """Keep a picture under the SHA-256 the phone gives it; return it and whether it is new. Twice is once.

    Raises NotAllowed, TooLarge, BadFile, OtherContent.
    """
    require(actor, Permission.DOCUMENT_UPLOAD, community)
    name = upload.name or "photo.jpg"
    size = upload.size or 0
    if size > LARGEST_BYTES:
        raise TooLarge(f"照片有 {size / 1024 / 1024:.1f} MB，最大 10 MB", where=name, remedy=AGAIN)
    if name.rpartition(".")[2].lower() not in ENDINGS:
        raise BadFile("这不是照片", where=name, remedy=AGAIN)
    content = b"".join(upload.chunks())
    if hashlib.sha256(content).hexdigest() != sha256:
        raise OtherContent("照片没有传完整", where=name, remedy="会自动再传一次")
    plain = strip(content)
    stored = store(ContentFile(plain, name=name))
    with transaction.atomic():
        return Photo.objects.get_or_create(
            community=community,
            sha256=sha256,
            defaults={
                "file": stored.path, "content_type": stored.content_type, "size": stored.size,
                "stripped": len(plain) != len(content), "uploaded_by_id": actor.user_id, "uploaded_at": now,
                "provenance": community.provenance,
            },
        )  # fmt: skip
