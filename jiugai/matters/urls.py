"""Addresses of matters; those of a kind come from its declaration."""

from functools import partial

from django.urls import URLPattern, path

from jiugai.accounts.guard import needs
from jiugai.accounts.lists import list_urls
from jiugai.accounts.permissions import Permission
from jiugai.matters import kinds
from jiugai.matters.inbox import INBOX
from jiugai.matters.kinds import Kind
from jiugai.matters.tables import ALL, table_of
from jiugai.matters.views import acting, calendar, file, importing, mapping, notices
from jiugai.matters.views.inbox import inbox
from jiugai.matters.views.opening import matter_new
from jiugai.registry.saved import keep_list


def kind_urls(kind: Kind) -> list[URLPattern]:
    """Return the addresses of a kind: its list with all its pages, and its form."""
    base = f"matters/kinds/{kind.code}/"
    table = table_of(kind)
    keep_list(table)
    opens, views = needs(kind.of.opens), needs(Permission.MATTER_VIEW)
    pages = (
        ("new", opens(partial(matter_new, kind=kind))),
        ("import", opens(partial(importing.matter_import, kind=kind))),
        ("template", opens(partial(importing.matter_template, kind=kind))),
        ("map", views(partial(mapping.matter_map, kind=kind, table=table))),
        ("points", views(partial(mapping.matter_points, table=table))),
    )
    own = [path(f"{base}{name}/", view, name=f"matter-{kind.code}-{name}") for name, view in pages]
    return [*own, *list_urls(table, base, Permission.MATTER_VIEW)]


urlpatterns = [
    path("matters/<int:pk>/", file.matter_file, name="matter-file"),
    path("matters/<int:pk>/edit/", acting.matter_edit, name="matter-edit"),
    path("matters/<int:pk>/move/", acting.matter_move, name="matter-move"),
    path("matters/<int:pk>/assign/", acting.matter_assign, name="matter-assign"),
    path("matters/<int:pk>/hand-over/", acting.matter_hand_over, name="matter-hand-over"),
    path("matters/<int:pk>/suspend/", acting.matter_suspend, name="matter-suspend"),
    path("matters/<int:pk>/resume/", acting.matter_resume, name="matter-resume"),
    path("matters/<int:pk>/escalate/", acting.matter_escalate, name="matter-escalate"),
    path("matters/<int:pk>/comment/", acting.matter_comment, name="matter-comment"),
    path("matters/<int:pk>/attach/", acting.matter_attach, name="matter-attach"),
    path("calendar/", calendar.work_calendar, name="work-calendar"),
    path("calendar/feed/new/", calendar.feed_new, name="calendar-feed-new"),
    path("calendar/feed/end/", calendar.feed_end, name="calendar-feed-end"),
    path("calendar/feed/<str:secret>.ics", calendar.calendar_feed, name="calendar-feed"),
    path("calendar/notices/new/", notices.notice_new, name="notice-new"),
    path("calendar/notices/<int:number>/", notices.notice_file, name="notice-file"),
    # Our own page takes the place of the general list; its menus, exports and bulk actions are the general ones.
    path("inbox/", inbox, name="inbox-list"),
    *list_urls(INBOX, "inbox/", Permission.MATTER_VIEW)[1:],
    *[address for kind in kinds.kinds() for address in kind_urls(kind)],
    path("matters/map/", needs(Permission.MATTER_VIEW)(partial(mapping.matter_map, table=ALL)), name="matter-map"),
    path(
        "matters/points/",
        needs(Permission.MATTER_VIEW)(partial(mapping.matter_points, table=ALL)),
        name="matter-points",
    ),
    *list_urls(ALL, "matters/", Permission.MATTER_VIEW),
]
