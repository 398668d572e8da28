"""Made-up matters between the bodies of the demo street, so that the inbox has something in it."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from jiugai.accounts.models import Organisation, User
from jiugai.domain.intake.names import NAMELESS
from jiugai.matters import clocks
from jiugai.matters.actions import open_matter, suspend
from jiugai.matters.models import Handling
from jiugai.registry.models import Community

STREET, DEPARTMENT, LEAD = "S-110105035", "H-110105", "district_lead"
# title, obligation, body, working days from today to the date, days since it was given
SEEDS = (
    ("核对地下管线图并报区里", "T14-1", STREET, -3, 14),
    ("补报体检缺项楼栋名单", "T03-1", STREET, -1, 9),
    ("汇总外窗护栏自愿拆除户数", "T02-7", STREET, 0, 6),
    ("确认产权单位承担管线费用的意见", "T32-5", DEPARTMENT, 0, 12),
    ("组织一次业主恳谈会", "T07-1", STREET, 2, 4),
    ("征求加装电梯低层住户意见", "T13-3", STREET, 3, 7),
    ("报送储备库推荐小区清单", "T03-2", DEPARTMENT, 3, 5),
    ("核对维修资金续筹承诺面积", "T30-1", STREET, 6, 3),
    ("梳理地桩地锁清理台账", "T02-8", STREET, 9, 2),
    ("对接供热单位冬季施工安排", "T16-4", DEPARTMENT, 12, 8),
    ("整理适老化需求登记", "T12-1", STREET, 20, 1),
    ("等补抗震鉴定报告", "T04-1", STREET, 4, 10),
)


def make_demo_matters(*, now: datetime) -> int:
    """Add what is missing, in the communities of the demo street; return how many there are."""
    today = timezone.localdate(now)
    bodies = Organisation.objects.in_bulk([STREET, DEPARTMENT], field_name="code")
    lead = User.objects.filter(username=LEAD).first()
    if len(bodies) < 2 or lead is None:
        return 0
    named = Community.objects.current().exclude(name__startswith=NAMELESS)
    homes = list(named.filter(area_path__startswith=bodies[STREET].area_path).order_by("pk")[:6])
    known = set(Handling.objects.filter(provenance="demo").values_list("title", flat=True))
    for number, seed in enumerate(SEEDS):
        if homes and seed[0] not in known:
            _one(seed, homes[number % len(homes)], bodies, lead, today)
    return Handling.objects.filter(provenance="demo").count()


def _one(
    seed: tuple[str, str, str, int, int], home: Community, bodies: dict[str, Organisation], lead: User, today: date
) -> None:
    title, obligation, body, days, ago = seed
    given = timezone.make_aware(datetime.combine(today - timedelta(days=ago), time(10)))
    due = clocks.calendar().add_workdays(today, days).day
    values = {"title": title, "obligation": obligation, "owner": bodies[body], "due_on": due}
    actor = lead.actor(on=today)
    matter = open_matter(model=Handling, values=values, community=home, actor=actor, now=given, provenance="demo")
    if title.startswith("等补"):
        suspend(matter=matter, actor=actor, now=given + timedelta(days=3), reason="等鉴定单位补报告")
