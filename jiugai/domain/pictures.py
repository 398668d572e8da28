"""Cutting out of pictures what cameras write into them: place, time, device. The picture itself is not touched."""

_JPEG, _PNG = b"\xff\xd8", b"\x89PNG\r\n\x1a\n"
# APP1 (Exif, XMP), APP2 keeps colour profiles, APP13 (IPTC), comments.
_TELLING_JPEG = {0xE1, 0xED, 0xFE}
_STANDALONE = {0x01, *range(0xD0, 0xD9)}
_TELLING_PNG = {b"eXIf", b"tEXt", b"zTXt", b"iTXt", b"tIME"}
_TELLING_WEBP = {b"EXIF", b"XMP "}


def strip(picture: bytes) -> bytes:
    """Return a JPEG, PNG or WebP without its notes; what cannot be read as one of these comes back unchanged."""
    if picture.startswith(_JPEG):
        return _strip_jpeg(picture)
    if picture.startswith(_PNG):
        return _strip_png(picture)
    if picture[:4] == b"RIFF" and picture[8:12] == b"WEBP":
        return _strip_webp(picture)
    return picture


def _strip_jpeg(picture: bytes) -> bytes:
    """Walk the segments before the image data and leave out the telling ones."""
    kept, at = [_JPEG], 2
    while at + 4 <= len(picture) and picture[at] == 0xFF:
        marker = picture[at + 1]
        if marker in _STANDALONE or marker == 0xFF:
            kept.append(picture[at : at + (1 if marker == 0xFF else 2)])
            at += 1 if marker == 0xFF else 2
            continue
        if marker == 0xDA:  # the image data starts: the rest belongs to it
            break
        end = at + 2 + int.from_bytes(picture[at + 2 : at + 4], "big")
        if marker not in _TELLING_JPEG:
            kept.append(picture[at:end])
        at = end
    return b"".join([*kept, picture[at:]])


def _strip_png(picture: bytes) -> bytes:
    kept, at = [_PNG], len(_PNG)
    while at + 12 <= len(picture):
        end = at + 12 + int.from_bytes(picture[at : at + 4], "big")
        if picture[at + 4 : at + 8] not in _TELLING_PNG:
            kept.append(picture[at:end])
        at = end
    return b"".join([*kept, picture[at:]])


def _strip_webp(picture: bytes) -> bytes:
    """Leave out the telling chunks, take their flags out of the extended header, and count the length anew."""
    kept, at = list[bytes](), 12
    while at + 8 <= len(picture):
        size = int.from_bytes(picture[at + 4 : at + 8], "little")
        end = at + 8 + size + size % 2
        name, chunk = picture[at : at + 4], picture[at:end]
        if name == b"VP8X" and len(chunk) > 8:
            chunk = chunk[:8] + bytes([chunk[8] & ~0b1100]) + chunk[9:]
        if name not in _TELLING_WEBP:
            kept.append(chunk)
        at = end
    body = b"".join(kept)
    return b"RIFF" + (len(body) + 4).to_bytes(4, "little") + b"WEBP" + body
