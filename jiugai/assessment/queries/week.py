"""What happened in a week, counted from the timeline: the body of the weekly report."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, Q
from django.utils import timezone

from jiugai.accounts.actor import Actor
from jiugai.accounts.models import Area
from jiugai.assessment.queries.progress import Progress, inside, show_progress
from jiugai.matters.models import Matter
from jiugai.policy.models import Occurrence

# Events of the week that a leader asks about, in the order of a project's life.
STEPS = (
    ("checkup_finished", "完成体检"),
    ("project_proposed", "提出改造项目"),
    ("entered_pool", "进入储备库"),
    ("entered_plan", "列入实施计划"),
    ("works_started", "开工"),
    ("works_completed", "竣工"),
    ("problem_found", "发现五类问题"),
    ("problem_closed", "五类问题销号"),
    ("gate_refused", "被关口拦下"),
)


@dataclass(frozen=True)
class Week:
    """A week from Monday to Sunday; `ends` is cut at the day of the report."""

    starts: date
    ends: date

    @property
    def number(self) -> str:
        """ISO number, as in 2026-W48."""
        year, week, _ = self.starts.isocalendar()
        return f"{year}-W{week:02d}"


@dataclass(frozen=True)
class Report:
    """The weekly report: the week's events beside those of the week before, matters, and the standing of everything."""

    week: Week
    place: str
    steps: list[tuple[str, int, int]]
    opened: int
    closed: int
    standing: Progress
    by: str
    body: str
    on: date
    demo: int


class BadWeek(ValueError):
    """The text names no week."""


def week_of(text: str, *, today: date) -> Week:
    """Return the week named `2026-W48`, or the one of today for an empty text. Raises BadWeek."""
    if not text:
        monday = today - timedelta(days=today.weekday())
    else:
        try:
            monday = datetime.strptime(f"{text}-1", "%G-W%V-%u").date()  # noqa: DTZ007 - a calendar day
        except ValueError:
            raise BadWeek(text) from None
    if monday > today:
        raise BadWeek(text)
    return Week(monday, min(monday + timedelta(days=6), today))


def make_report(actor: Actor, *, area: Area | None, week: Week, on: date) -> Report:
    """Load the report in a constant number of queries; the standing is that of `on`, and the report says so."""
    before = Week(week.starts - timedelta(days=7), week.starts - timedelta(days=1))
    happened, earlier = _counted(actor, area, week), _counted(actor, area, before)
    rows = inside(Matter.objects.visible_to(actor), area)
    return Report(
        week, area.name if area else _home(actor), [(w, happened.get(c, 0), earlier.get(c, 0)) for c, w in STEPS],
        rows.filter(_between("opened_at", week)).count(), rows.filter(_between("closed_at", week)).count(),
        show_progress(actor, area=area, on=on), actor.name,
        actor.organisation, on,
        rows.filter(provenance="demo").count(),
    )  # fmt: skip


def _home(actor: Actor) -> str:
    return "北京市" if actor.sees_all else "、".join(actor.area_names)


def _between(column: str, week: Week) -> Q:
    first = timezone.make_aware(datetime.combine(week.starts, time()))
    last = timezone.make_aware(datetime.combine(week.ends + timedelta(days=1), time()))
    return Q(**{f"{column}__gte": first, f"{column}__lt": last})


def _counted(actor: Actor, area: Area | None, week: Week) -> dict[str, int]:
    rows = Occurrence.objects.visible_to(actor).filter(_between("at", week), code__in=dict(STEPS))
    if area is not None:
        rows = rows.filter(community__area_path__startswith=area.path)
    return dict(rows.order_by().values("code").annotate(n=Count("pk")).values_list("code", "n"))
