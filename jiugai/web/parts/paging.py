"""The way through a list in numbered pages, as `parts/pager.html` shows it."""

from typing import Any

from django.core.paginator import Page
from django.utils.http import urlencode


def pager(page: Page[Any], unit: str, **query: str) -> dict[str, Any]:
    """Return which rows a page shows, and the addresses of its neighbours under the same conditions."""

    def url(number: int) -> str:
        return f"?{urlencode(query | {'page': str(number)})}"

    return {
        "first": page.start_index(),
        "last": page.end_index(),
        "total": page.paginator.count,
        "unit": unit,
        "previous_url": url(page.previous_page_number()) if page.has_previous() else "",
        "next_url": url(page.next_page_number()) if page.has_next() else "",
    }
