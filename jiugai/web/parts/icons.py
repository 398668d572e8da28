"""Icons of the locked icon package, set into the page so that no second request and no font is needed."""

import logging
import re
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

log = logging.getLogger(__name__)

_BODY = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
_BOUNDING_BOX = re.compile(r'<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*/>')
_FILLED = "-filled"


class UnknownIcon(LookupError):
    """A template names an icon that the package does not have."""


def icon(name: str, *, size: int = 16, label: str = "") -> SafeString:
    """Return an icon as inline SVG, `size` px square.

    `name` is the package's name; `-filled` at its end takes the filled drawing. Without a `label` the icon is
    decoration and hidden from screen readers. Unknown names raise UnknownIcon, in production they leave a gap.
    """
    filled = name.endswith(_FILLED)
    return format_html(
        '<svg class="i{}{}" viewBox="0 0 24 24" {}>{}</svg>',
        "" if size == 16 else f" i-{size}",
        " i-fill" if filled else "",
        _role(label),
        _drawing(name.removesuffix(_FILLED), "filled" if filled else "outline"),
    )


def _role(label: str) -> SafeString:
    if label:
        return format_html('role="img" aria-label="{}"', label)
    return mark_safe('aria-hidden="true" focusable="false"')


@lru_cache(maxsize=1024)
def _drawing(name: str, style: str) -> SafeString:
    path = Path(settings.ICON_DIR) / style / f"{name}.svg"
    if not re.fullmatch(r"[a-z0-9-]+", name) or not path.exists():
        return _missing(name, style)
    found = _BODY.search(path.read_text())
    if found is None:
        return _missing(name, style)
    body = _BOUNDING_BOX.sub("", found[1])
    return mark_safe(" ".join(body.split()))


def _missing(name: str, style: str) -> SafeString:
    if not settings.PRODUCTION:
        raise UnknownIcon(f"{style}/{name}")
    log.error("unknown icon %s/%s", style, name)
    return mark_safe("")
