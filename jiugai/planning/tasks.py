"""Background jobs of planning. Each may be started again after a crash."""

from django.utils import timezone
from procrastinate.contrib.django import app

from jiugai.accounts.actor import SYSTEM
from jiugai.accounts.scope import scoped
from jiugai.planning import running
from jiugai.planning.actions.asking import tell_lapsed
from jiugai.planning.actions.dispatching import plan_dispatch
from jiugai.planning.actions.ranking import count_ranking
from jiugai.planning.actions.reminding import remind_due
from jiugai.planning.actions.succeeding import pass_on


@app.periodic(cron="10 22 * * *")  # the queue counts in UTC: 06:10 in Beijing
@app.task(name="planning.lapses", queueing_lock="planning.lapses")
def tell_lapses(timestamp: int) -> None:
    """Pass on what a former planner left, remind of what is due, tell of lapses. `timestamp` is the planned time."""
    with scoped(SYSTEM):
        now, on = timezone.now(), timezone.localdate()
        pass_on(actor=SYSTEM, now=now, on=on)
        remind_due(actor=SYSTEM, now=now, on=on)
        tell_lapsed(actor=SYSTEM, now=now, on=on)


@app.task(name="planning.solve", queue="plans")
def solve_plan(run_id: int) -> None:
    """Carry a run of the solver out."""
    running.carry_out(run_id, clock=timezone.now, today=timezone.localdate)


@app.periodic(cron="20 22 * * *")  # 06:20 in Beijing
@app.task(name="planning.dispatch", queueing_lock="planning.dispatch")
def plan_core_dispatch(timestamp: int) -> None:
    """Put the next dispatch of the core area's plan on the city's desk (T32-8). `timestamp` is the planned time."""
    with scoped(SYSTEM):
        plan_dispatch(actor=SYSTEM, now=timezone.now(), on=timezone.localdate())


@app.periodic(cron="30 22 * * *")  # 06:30 in Beijing
@app.task(name="planning.ranking", queueing_lock="planning.ranking")
def count_the_ranking(timestamp: int) -> None:
    """Count every stored project's place anew (T03-5). `timestamp` is the planned time."""
    with scoped(SYSTEM):
        count_ranking(actor=SYSTEM, now=timezone.now(), on=timezone.localdate())
