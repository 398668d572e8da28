"""Risers: rounds of a community, the door board of an application, what the street enters, the residents' pages."""

from datetime import datetime
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jiugai.accounts import audit
from jiugai.accounts.codes import Action
from jiugai.accounts.guard import actor_of, find, needs
from jiugai.accounts.permissions import Permission, may
from jiugai.domain.errors import Refusal
from jiugai.matters.kinds import kind
from jiugai.pipes.actions import booking, risers
from jiugai.pipes.actions.decorating import add_decoration
from jiugai.pipes.forms import (
    ApplyForm,
    DecorationForm,
    OfferForm,
    OwnForm,
    RoundForm,
    SchemeForm,
    VoiceForm,
    WaterForm,
    fen,
)
from jiugai.pipes.models import OwnerDecoration, RiserApplication, RiserHousehold, RiserRound, RiserSlot, TemporaryWater
from jiugai.pipes.models.risers import NEEDS
from jiugai.pipes.queries.risers import board_of, rounds_of, slots_of
from jiugai.pipes.sheets import board_workbook
from jiugai.registry.models import Community
from jiugai.registry.views.file import community_of, page
from jiugai.web.refusing import put
from jiugai.web.request_id import current_request_id

VIEW, RUN, ASK = Permission.PIPES_VIEW, Permission.RISER_RUN, Permission.RISER_ASK
TAB = "community-risers"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
@needs(VIEW)
def community_risers(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the rounds of a community, with forms for a new one and for applications."""
    return _community(request, community_of(request, pk))


def _community(request: HttpRequest, home: Community, status: int = 200, **more: Any) -> HttpResponse:
    today, actor = timezone.localdate(), actor_of(request)
    context = {
        "rows": rounds_of(home, on=today),
        "may_run": may(actor, RUN, home),
        "may_ask": may(actor, ASK, home),
        "round_form": RoundForm(initial={"published_on": today}),
        "apply_form": ApplyForm(home=home),
        "stages": {stage.code: stage for stage in kind("riser").process.stages},
        **more,
    }
    return page(request, home, TAB, context, template="pipes/risers.html", status=status)


@require_POST
@needs(RUN)
def round_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish a round."""
    home, form = community_of(request, pk), RoundForm(request.POST)
    if form.is_valid():
        try:
            made = risers.publish_round(
                community=home, new=risers.NewRound(**form.cleaned_data), actor=actor_of(request), now=timezone.now(),
                on=timezone.localdate(),
            )  # fmt: skip
        except Refusal as refusal:
            put(form, refusal)
        else:
            messages.success(request, f"已公示，{made.cutoff_on:%Y年%m月%d日}截止申请")
            return redirect(TAB, pk)
    return _community(request, home, 422, round_form=form)


@require_POST
@needs(ASK)
def riser_apply(request: HttpRequest, pk: int) -> HttpResponse:
    """Apply for a building or a riser."""
    home = community_of(request, pk)
    form, actor = ApplyForm(request.POST, home=home), actor_of(request)
    if form.is_valid():
        clean = form.cleaned_data
        round_ = find(RiserRound.objects.filter(community=home), actor, pk=clean["round"])
        try:
            made = risers.apply_for(
                round=round_,
                building=clean["building"],
                line=clean["line"],
                applied_by=clean["applied_by"],
                actor=actor,
                now=timezone.now(),
                on=timezone.localdate(),
            )
        except Refusal as refusal:
            put(form, refusal)
        else:
            messages.success(request, f"已提出申请 {made.number}，街道 5 个工作日内受理")
            return redirect("riser-page", made.pk) if may(actor, VIEW, home) else redirect("riser-mine")
    if may(actor, VIEW, home):
        return _community(request, home, 422, apply_form=form)
    return _mine(request, 422, bad={home.pk: form})


def application_of(request: HttpRequest, pk: int) -> RiserApplication:
    """Return the application in the person's scope, or 404."""
    rows = RiserApplication.objects.select_related("round", "building", "community", "owner")
    found: RiserApplication = find(rows, actor_of(request), pk=pk)
    return found


@require_safe
@needs(VIEW)
def riser_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the door board of an application."""
    return _board(request, application_of(request, pk))


@require_safe
@needs(VIEW, Permission.EXPORT)
def riser_sheet(request: HttpRequest, pk: int) -> FileResponse:
    """Hand out the door board as a workbook."""
    application, actor, now = application_of(request, pk), actor_of(request), timezone.localtime()
    name = f"{application.title}_逐户情况_{now:%Y%m%d}.xlsx"
    book = board_workbook(application, board_of(application, on=now.date()), actor, now, current_request_id())
    audit.record(action=Action.EXPORTED, actor=actor, subject=application, after={"文件": name})
    answer = FileResponse(book, content_type=XLSX)
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return answer


def _board(request: HttpRequest, application: RiserApplication, status: int = 200, **more: Any) -> HttpResponse:
    today, actor = timezone.localdate(), actor_of(request)
    water = TemporaryWater.objects.filter(application=application).first()
    context = {
        "a": application,
        "board": board_of(application, on=today),
        "water": water,
        "today": today,
        "slots": slots_of(application, now=timezone.now()),
        "needs": dict(NEEDS),
        "may_run": may(actor, RUN, application),
        "may_export": may(actor, Permission.EXPORT, application),
        "stage": kind("riser").process.stage(application.stage),
        "own": OwnerDecoration.objects.filter(household__application=application).select_related(
            "household__dwelling__entrance"
        ),
        "scheme_form": SchemeForm(initial={"made_on": today}),
        "water_form": WaterForm(),
        "offer_form": OfferForm(),
        **more,
    }
    return render(request, "pipes/riser.html", context, status=status)


@require_POST
@needs(RUN)
def scheme_save(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the scheme (T15-3)."""
    application, form = application_of(request, pk), SchemeForm(request.POST)
    if form.is_valid():
        try:
            risers.save_scheme(
                application=application, actor=actor_of(request), on=timezone.localdate(), **form.cleaned_data
            )
        except Refusal as refusal:
            put(form, refusal)
        else:
            messages.success(request, "施工方案已登记")
            return redirect("riser-page", pk)
    return _board(request, application, 422, scheme_form=form)


@require_POST
@needs(RUN)
def water_save(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep temporary water and drains (T15-4)."""
    application, form = application_of(request, pk), WaterForm(request.POST)
    if form.is_valid():
        try:
            risers.arrange_water(
                application=application, water=risers.Water(**form.cleaned_data), actor=actor_of(request),
                now=timezone.now(),
            )  # fmt: skip
        except Refusal as refusal:
            put(form, refusal)
        else:
            messages.success(request, "临时供水、排水已登记")
            return redirect("riser-page", pk)
    return _board(request, application, 422, water_form=form)


@require_POST
@needs(RUN)
def cost_save(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the cost; support and remainder follow (T15-8)."""
    application, text = application_of(request, pk), request.POST.get("cost_yuan", "").strip()
    try:
        cost = round(float(text) * 100)
    except ValueError:
        cost = 0
    risers.set_cost(application=application, cost_fen=cost, actor=actor_of(request), on=timezone.localdate())
    messages.success(request, "费用已登记，政府支持和居民承担已算出")
    return redirect("riser-page", pk)


@require_POST
@needs(RUN)
def slots_offer(request: HttpRequest, pk: int) -> HttpResponse:
    """Offer times of a crew."""
    application, form = application_of(request, pk), OfferForm(request.POST)
    if form.is_valid():
        clean = form.cleaned_data
        first = timezone.make_aware(datetime.combine(clean["day"], clean["hour"]))
        offer = booking.Offer(clean["crew"], first, clean["minutes"], clean["count"])
        try:
            made = booking.offer_slots(
                application=application, offer=offer, actor=actor_of(request), now=timezone.now()
            )
        except Refusal as refusal:
            put(form, refusal)
        else:
            messages.success(request, f"已放出 {len(made)} 段时间，住户可以预约")
            return redirect("riser-page", pk)
    return _board(request, application, 422, offer_form=form)


def household_of(request: HttpRequest, pk: int) -> RiserHousehold:
    """Return the household in the person's scope, or 404."""
    rows = RiserHousehold.objects.select_related("application__round", "application__community", "application__area",
                                                 "dwelling__entrance")  # fmt: skip
    return find(rows, actor_of(request), pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(RUN)
def household_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down what a household says; made for a phone at the door."""
    household = household_of(request, pk)
    form = VoiceForm(request.POST or None, initial={"answer": household.answer, "version": household.version})
    if request.method == "POST" and form.is_valid():
        clean = form.cleaned_data
        try:
            risers.record_voice(
                household=household, answer=clean["answer"], note=clean["note"], next_visit=clean["next_visit"],
                version=clean["version"], actor=actor_of(request), on=timezone.localdate(),
            )  # fmt: skip
        except Refusal as refusal:
            put(form, refusal)
        else:
            messages.success(request, f"{household}已登记")
            return redirect("riser-page", household.application_id)
    initial = {"decorated_on": household.decorated_on, "planned_on": household.decoration_planned_on,
               "warned_on": household.warned_on}  # fmt: skip
    context = {
        "h": household, "form": form, "decoration_form": DecorationForm(initial=initial),
        "own_form": OwnForm(initial={"agreed_on": timezone.localdate()}), "own": household.decorations.all(),
    }  # fmt: skip
    return render(request, "pipes/household.html", context, status=422 if form.errors else 200)


@require_POST
@needs(RUN)
def household_decoration(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep when a household decorated or means to, and that it was warned (T15-6)."""
    household, form = household_of(request, pk), DecorationForm(request.POST)
    if not form.is_valid():
        raise risers.BadRiser("日期认不出来", where=str(household), remedy="填真实日期")
    risers.note_decoration(household=household, actor=actor_of(request), on=timezone.localdate(), **form.cleaned_data)
    messages.success(request, f"{household}装修情况已登记")
    return redirect("riser-household", pk)


@require_POST
@needs(RUN)
def household_own(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep what an owner has done at his own cost (T15-9)."""
    household, form = household_of(request, pk), OwnForm(request.POST)
    if not form.is_valid():
        raise risers.BadRiser("内容、金额或日期没有填对", where=str(household), remedy="核对后再登记")
    clean = form.cleaned_data
    add_decoration(
        household=household, content=clean["content"], amount_fen=fen(clean["amount_yuan"]) or 0,
        agreed_on=clean["agreed_on"], actor=actor_of(request), now=timezone.now(), on=timezone.localdate(),
    )  # fmt: skip
    messages.success(request, "业主个性化装修已单独登记")
    return redirect("riser-household", pk)


@require_safe
@needs(ASK)
def riser_mine(request: HttpRequest) -> HttpResponse:
    """Show a resident what is published where he lives: dates, what to do, where to make an appointment."""
    return _mine(request)


def _mine(request: HttpRequest, status: int = 200, bad: dict[int, Any] | None = None) -> HttpResponse:
    actor, today = actor_of(request), timezone.localdate()
    homes = Community.objects.visible_to(actor).filter(pk__in=RiserRound.objects.visible_to(actor).values("community"))
    rows = [
        (home, rounds_of(home, on=today), (bad or {}).get(home.pk) or ApplyForm(home=home))
        for home in homes.order_by("name")[:20]
    ]
    stages = {stage.code: stage for stage in kind("riser").process.stages}
    return render(request, "pipes/mine.html", {"homes": rows, "stages": stages}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(ASK)
def riser_book(request: HttpRequest, pk: int) -> HttpResponse:
    """Make an appointment: door, code, time (a phone page for residents)."""
    application, wrong = application_of(request, pk), None
    if request.method == "POST":
        try:
            slot = _book(request, application)
        except Refusal as refusal:
            if refusal.status not in (403, 409, 422):
                raise
            wrong = refusal
        else:
            lower = timezone.localtime(slot.during.lower)
            messages.success(request, f"约好了：{lower:%m月%d日 %H:%M}，{slot.crew}上门")
            return redirect("riser-book", pk)
    doors = RiserHousehold.objects.filter(application=application).select_related("dwelling__entrance")
    open_slots = [slot for slot in slots_of(application, now=timezone.now()) if slot.household_id is None]
    context = {
        "a": application,
        "doors": doors.order_by("dwelling__entrance__number", "dwelling__number"),
        "slots": open_slots,
        "wrong": wrong,
        "chosen": request.POST.get("household", ""),
        "needs_code": not may(actor_of(request), RUN, application),
    }
    return render(request, "pipes/book.html", context, status=wrong.status if wrong else 200)


def _book(request: HttpRequest, application: RiserApplication) -> RiserSlot:
    actor, now = actor_of(request), timezone.now()
    numbers = [request.POST.get(name, "") for name in ("household", "slot")]
    if not all(number.isdecimal() for number in numbers):
        raise booking.BadSlot("没有选门牌或时段", where="预约", remedy="两样都选")
    household = find(RiserHousehold.objects.filter(application=application), actor, pk=int(numbers[0]))
    slot = find(RiserSlot.objects.filter(application=application), actor, pk=int(numbers[1]))
    return booking.book_slot(
        slot=slot, household=household, code=request.POST.get("code", ""), actor=actor, now=now,
        moving=request.POST.get("moving") == "yes",
    )  # fmt: skip


@require_POST
@needs(RUN)
def slot_done(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that a household's works are done."""
    slot = find(RiserSlot.objects.all(), actor_of(request), pk=pk)
    booking.mark_done(slot=slot, actor=actor_of(request), on=timezone.localdate())
    messages.success(request, "已登记完成")
    return redirect("riser-page", slot.application_id)


@require_POST
@needs(RUN)
def slot_free(request: HttpRequest, pk: int) -> HttpResponse:
    """Give an appointment back."""
    slot = find(RiserSlot.objects.all(), actor_of(request), pk=pk)
    booking.give_up(slot=slot, code="", actor=actor_of(request), now=timezone.now())
    messages.success(request, "预约已取消，时段重新放出")
    return redirect("riser-page", slot.application_id)
