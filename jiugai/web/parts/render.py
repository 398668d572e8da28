"""Renders one component from its template in web/parts/."""

from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe


def part(name: str, **context: Any) -> SafeString:
    """Render `web/parts/<name>.html` with nothing but `context`."""
    return mark_safe(render_to_string(f"web/parts/{name}.html", context))
