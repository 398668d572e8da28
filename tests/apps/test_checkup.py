"""The check-up: entries from phones become answers, a score, a need on the map; corrections lose nothing."""

import random
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from jiugai.accounts.models import Membership
from jiugai.checkup import facts
from jiugai.checkup.actions.finishing import Unfinished, finish_checkup
from jiugai.checkup.models import Checkup, CheckupAnswer, CheckupDefect, CheckupPart
from jiugai.checkup.packing import pack_of
from jiugai.domain.errors import Conflict
from jiugai.domain.facts import CheckupFacts
from jiugai.offline.models import Operation, RefusedOperation
from jiugai.policy.models import Occurrence
from jiugai.registry.actions.values import enter_value
from jiugai.registry.models import Community
from tests.cast import Cast
from tests.checkup_rows import Phone, key_of, make_checkup, make_home, now_ms, states


@pytest.fixture
def home(cast: Cast) -> Community:
    return make_home(cast)


@pytest.fixture
def checkup(cast: Cast, home: Community) -> Checkup:
    return make_checkup(cast, home)


@pytest.fixture
def phone(cast: Cast, checkup: Checkup) -> Phone:
    return Phone(cast.client("community_worker"), "community_worker", checkup)


@pytest.fixture
def one(home: Community) -> str:
    return key_of(home, "1号楼")


@pytest.mark.obligation("T03-1")
def test_entries_become_answers_and_a_score(phone: Phone, checkup: Checkup, one: str):
    assert states(phone.send(*phone.all_well(one))) == {"accepted"}
    part = checkup.parts.get(key=one)
    assert (part.open_count, str(part.score)) == (0, "100.0")
    defect = {"indicator": "gas", "code": "G1", "severity": "severe", "place": "2单元立管"}
    phone.send(phone.op(one, "set", "gas", "bad"), phone.op(one, "add", "defects", defect))
    part.refresh_from_db()
    assert str(part.score) == "88.0"
    assert CheckupDefect.objects.get().place == "2单元立管"


def test_opening_twice_gives_the_same(cast: Cast, home: Community, checkup: Checkup):
    assert make_checkup(cast, home, "street_clerk") == checkup
    assert {p.label for p in checkup.parts.all()} == {"1号楼", "2号楼", "小区公共部分"}


def test_building_typed_by_two_workers_is_one(cast: Cast, checkup: Checkup, phone: Phone, one: str):
    other = Phone(cast.client("street_clerk"), "street_clerk", checkup)
    phone.send(phone.op("n:７ 号楼", "set", "gas", "ok"), phone.op("n:1号楼", "set", "gas", "ok"))
    other.send(other.op("n:7号楼", "set", "pipes", "bad"))
    assert sorted(checkup.parts.get(key="n:7号楼").answers.values_list("indicator", flat=True)) == ["gas", "pipes"]
    assert checkup.parts.get(key=one).answers.count() == 1


def test_colleagues_other_word_stays_on_view(cast: Cast, checkup: Checkup, phone: Phone, one: str):
    other = Phone(cast.client("street_clerk"), "street_clerk", checkup)
    late, early = now_ms(), now_ms() - 60_000
    phone.send(phone.op(one, "set", "gas", "ok", wall=late))
    other.send(other.op(one, "set", "gas", "bad", wall=early))
    answer = CheckupAnswer.objects.get(indicator="gas")
    assert answer.value == "ok"
    assert [(o["author"], o["value"]) for o in answer.others] == [(cast.actor("street_clerk").name, "bad")]
    page = cast.client("street_clerk").get(f"/checkups/{checkup.pk}/").content.decode()
    assert "同事也填了" in page
    assert "填“有问题”" in page


def test_phone_that_is_a_year_ahead_does_not_win_for_ever(cast: Cast, checkup: Checkup, phone: Phone, one: str):
    year = 365 * 24 * 3600 * 1000
    wrong = Phone(cast.client("street_clerk"), "street_clerk", checkup, ahead=year)
    (answer,) = wrong.send(wrong.op(one, "set", "gas", "bad", wall=now_ms() + year - 600_000))
    assert answer["clock"] == "shifted"
    phone.send(phone.op(one, "set", "gas", "ok"))
    assert CheckupAnswer.objects.get(indicator="gas").value == "ok"


@pytest.mark.parametrize("seed", range(12))
def test_every_order_of_arrival_gives_one_check_up(cast: Cast, checkup: Checkup, one: str, seed: int):
    chance = random.Random(seed)  # noqa: S311 - the same order each time, no secret
    phones = [Phone(cast.client(n), n, checkup) for n in ("community_worker", "street_clerk", "district_lead")]
    start, ops = now_ms() - 3_600_000, []
    for number, phone in enumerate(phones):
        for step in range(6):
            wall = start + step * 1000 + number
            value = ("ok", "bad", "unsure")[(step + number) % 3]
            ops.append((phone, phone.op(one, "set", ("gas", "pipes")[step % 2], value, wall=wall)))
        added = phone.op(one, "add", "defects", {"indicator": "gas", "code": "G1", "severity": "severe"}, wall=start)
        gone = phone.op(one, "remove", "defects", [f"{phones[0].device}:7"], wall=start + 60_000)
        ops += [(phone, added), *([(phone, gone)] if number else [])]
    for phone, op in chance.sample(ops, len(ops)):
        assert states(phone.send(op, op)) <= {"accepted", "duplicate"}
    part = checkup.parts.get(key=one)
    answers = {a.indicator: (a.value, a.author_name, a.others) for a in part.answers.all()}
    assert {k: v[0] for k, v in answers.items()} == {"gas": "ok", "pipes": "bad"}
    assert {o["author"] for o in answers["gas"][2]} == {
        cast.actor("community_worker").name,
        cast.actor("street_clerk").name,
    }
    assert sorted(part.defects.values_list("ref", flat=True)) == sorted(f"{p.device}:7" for p in phones[1:])


def test_role_removed_in_the_middle_keeps_what_was_sent_and_refuses_the_rest(cast: Cast, phone: Phone, one: str):
    phone.send(phone.op(one, "set", "gas", "ok"))
    Membership.objects.filter(user=cast.user("community_worker")).update(ends=timezone.localdate() - timedelta(days=1))
    (answer,) = phone.send(phone.op(one, "set", "pipes", "bad"))
    assert answer["state"] == "refused"
    assert answer["remedy"]
    assert RefusedOperation.objects.get().body["field"] == "pipes"
    assert list(CheckupAnswer.objects.values_list("indicator", flat=True)) == ["gas"]


@pytest.mark.parametrize(
    "body",
    [{"field": "parking", "value": "ok"}, {"field": "gas", "value": "fine"}, {"field": "none", "value": "ok"},
     {"action": "add", "field": "defects", "value": {"indicator": "gas", "code": "S1", "severity": "severe"}},
     {"action": "add", "field": "defects", "value": {"indicator": "gas", "code": "G1", "severity": "awful"}},
     {"action": "add", "field": "photos", "value": {"indicator": "gas", "sha256": "short"}},
     {"action": "remove", "field": "defects", "value": "all"}, {"action": "burn"}, {"part": "b999999"}, {"part": "x"},
     {"checkup": 0}, {"checkup": None}, {"part": 3}, {"field": "member:x:code", "value": "G1"}],
)  # fmt: skip
def test_what_cannot_be_is_refused_in_words(phone: Phone, one: str, body: dict[str, Any]):
    whole = {"checkup": phone.checkup.pk, "part": one, "action": "set", "field": "gas", "value": "ok"} | body
    (answer,) = phone.send(phone.raw(whole))
    assert answer["state"] == "refused"
    assert answer["says"]


def fill(phone: Phone, home: Community, *more: dict[str, Any]) -> None:
    keys = ["", key_of(home, "1号楼"), key_of(home, "2号楼")]
    assert states(phone.send(*[op for key in keys for op in phone.all_well(key)], *more)) == {"accepted"}


def test_unfinished_is_refused_with_what_is_missing(cast: Cast, checkup: Checkup, phone: Phone, one: str):
    phone.send(*phone.all_well(one)[:-1])
    with pytest.raises(Unfinished) as caught:
        finish_checkup(checkup=checkup, actor=cast.actor("community_worker"), now=timezone.now())
    assert caught.value.details == ("小区公共部分还有 10 项没填", "1号楼还有 1 项没填")


@pytest.mark.obligation("T01-4", "T03-1")
def test_finished_check_up_colours_the_map_and_stands_on_the_timeline(cast: Cast, home: Community, phone: Phone):
    bad = phone.op(
        key_of(home, "2号楼"), "add", "defects", {"indicator": "structure", "code": "S1", "severity": "severe"}
    )
    fill(phone, home, bad)
    (answer,) = phone.send(phone.raw({"checkup": phone.checkup.pk, "action": "finish"}))
    assert answer["state"] == "accepted", answer
    home.refresh_from_db()
    done = Checkup.objects.get()
    assert (done.state, done.need, home.need, home.stage) == ("finished", "high", "high", "checked")
    assert done.needs == ["structure"]
    said = home.values.get(field="need")
    assert (said.source.key, said.value) == ("checkup", "high")
    assert "结构安全有严重问题" in said.reason
    assert Occurrence.objects.filter(community=home, code="checkup_finished").count() == 1


@pytest.mark.obligation("T01-4")
def test_persons_word_on_the_need_goes_before_the_check_up(cast: Cast, home: Community, phone: Phone):
    today = timezone.localdate()
    enter_value(
        subject=home,
        field="need",
        value="low",
        observed_on=today,
        actor=cast.actor("street_clerk"),
        reason="核对",
        on=today,
    )
    fill(phone, home)
    finish_checkup(checkup=phone.checkup, actor=cast.actor("community_worker"), now=timezone.now())
    home.refresh_from_db()
    assert home.need == "low"
    assert home.values.filter(field="need").count() == 2


def test_correction_after_finishing_changes_score_need_and_leaves_a_trace(cast: Cast, home: Community, phone: Phone):
    fill(phone, home)
    finish_checkup(checkup=phone.checkup, actor=cast.actor("community_worker"), now=timezone.now())
    client = cast.client("street_clerk")
    form = {"part": key_of(home, "1号楼"), "indicator": "gas", "value": "bad"}
    assert client.post(f"/checkups/{phone.checkup.pk}/correct/", form).status_code == 302
    done = Checkup.objects.get()
    home.refresh_from_db()
    assert (str(done.score), done.need, home.need) == ("97.8", "low", "low")
    assert done.corrected_at is not None
    assert Occurrence.objects.filter(code="checkup_corrected").count() == 1
    assert CheckupAnswer.objects.get(part__key=form["part"], indicator="gas").others[0]["value"] == "ok"


def test_check_up_without_conclusion_takes_its_word_back(cast: Cast, home: Community, phone: Phone):
    fill(phone, home)
    finish_checkup(checkup=phone.checkup, actor=cast.actor("community_worker"), now=timezone.now())
    home.refresh_from_db()
    assert home.need == "none"
    phone.send(phone.op("", "set", "waste", "unsure"))
    home.refresh_from_db()
    assert home.need == "unknown"


def test_finishing_twice_is_a_conflict(cast: Cast, home: Community, phone: Phone):
    fill(phone, home)
    finish = {"checkup": phone.checkup.pk, "action": "finish"}
    assert states(phone.send(phone.raw(finish))) == {"accepted"}
    (again,) = phone.send(phone.raw(finish))
    assert again["state"] == "refused"
    assert "已经完成" in again["says"]
    with pytest.raises(Conflict):
        finish_checkup(checkup=phone.checkup, actor=cast.actor("community_worker"), now=timezone.now())


def test_database_keeps_a_finished_check_up_finished(cast: Cast, home: Community, phone: Phone):
    fill(phone, home)
    finish_checkup(checkup=phone.checkup, actor=cast.actor("community_worker"), now=timezone.now())
    with pytest.raises(DatabaseError, match="stays finished"), transaction.atomic():
        Checkup.objects.update(state="open", finished_at=None)


@pytest.mark.obligation("T03-1")
def test_facts_for_rules_come_in_one_query(cast: Cast, home: Community, phone: Phone):
    other = make_home(cast, name="枣营北里")
    fill(phone, home)
    finish_checkup(checkup=phone.checkup, actor=cast.actor("community_worker"), now=timezone.now())
    with CaptureQueriesContext(
        connection,
    ) as seen:
        found = facts.load([home.pk, other.pk], timezone.localdate())
    assert len(seen) == 1
    assert found[other.pk] == CheckupFacts()  # loaded, and there is none
    assert (found[home.pk].buildings_done, found[home.pk].buildings_all, found[home.pk].score) == (2, 2, "100.0")
    assert facts.load([home.pk], timezone.localdate() - timedelta(days=1)) == {home.pk: CheckupFacts()}


def test_pack_holds_indicators_parts_and_other_words(cast: Cast, checkup: Checkup, phone: Phone, one: str):
    phone.send(phone.op(one, "set", "gas", "ok"), phone.op(one, "set", "note:gas", "立管新换"))
    with CaptureQueriesContext(connection) as seen:
        packed = pack_of(checkup)
    assert len(seen) <= 5
    part = next(p for p in packed["parts"] if p["key"] == one)
    assert part["answers"]["gas"]["value"] == "ok"
    assert part["notes"]["gas"]["value"] == "立管新换"
    assert len(packed["edition"]["indicators"]) == 20


def test_rebuilding_from_entries_gives_the_same_again(cast: Cast, home: Community, phone: Phone, one: str):
    fill(phone, home, phone.op(one, "add", "defects", {"indicator": "gas", "code": "G1", "severity": "light"}))
    before = list(CheckupPart.objects.values_list("key", "score", "open_count"))
    CheckupPart.objects.all().delete()
    phone.send(phone.op(one, "set", "note:gas", "x"))
    finish_keys = [k for k, *_ in before]
    from jiugai.checkup.rebuilding import rebuild

    rebuild(Checkup.objects.get(), finish_keys)
    assert sorted(CheckupPart.objects.values_list("key", "score", "open_count")) == sorted(before)
    assert Operation.objects.count() > 30
