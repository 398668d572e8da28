"""After completion: filing, the review of five parties, handover to management (T22-1, T22-2, T22-6)."""

import pytest

from jiugai.domain.effect import Answer, Party, average, lacking
from jiugai.domain.errors import NotAllowed, Refusal
from jiugai.matters.actions import move, open_matter
from jiugai.works.actions.reviewing import BadAnswer, Said, record_answer
from jiugai.works.kinds._shared import BadDay
from jiugai.works.models import (
    AcceptanceFiling,
    EffectFollowUp,
    EffectReview,
    Handover,
)
from tests.apps import works_rows
from tests.apps.planning_rows import now
from tests.apps.works_rows import (
    ago,
    completed,
    current_fire,
    finish,
    leave_pipes_aside,
    paper,
    special,
    today,
)
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.mark.obligation("T22-6")
def test_completion_opens_the_filing_with_its_limit_and_the_review_of_the_street(cast: Cast, home, monkeypatch):
    project = completed(cast, home, monkeypatch)
    filing, review = AcceptanceFiling.objects.get(project=project), EffectReview.objects.get(project=project)
    assert (filing.clock_days, filing.clock_unit, filing.clock_start) == (15, "calendar", today())
    assert (filing.owner, review.owner) == (cast.bodies["renewer"], cast.bodies["street"])
    said = {"filed_on": today(), "fire_standard": "现行标准"}
    with pytest.raises(Refusal, match="竣工验收报告"):
        move(matter=filing, move="file", actor=cast.actor("renewer"), now=now(), values=said)
    paper(filing, "竣工验收报告")
    with pytest.raises(Refusal, match="消防标准"):
        move(matter=filing, move="file", actor=cast.actor("renewer"), now=now(), values={"filed_on": today()})
    filing = move(matter=filing, move="file", actor=cast.actor("renewer"), now=now(), values=said)
    filing.refresh_from_db()
    assert filing.owner == cast.bodies["district"]
    filing = move(matter=filing, move="return", actor=cast.actor("district_lead"), now=now(), reason="缺消防章")
    filing.refresh_from_db()
    assert filing.owner == cast.bodies["renewer"]
    filing = move(matter=filing, move="file", actor=cast.actor("renewer"), now=now(), values=said)
    with pytest.raises(Refusal, match="备案回执编号"):
        move(matter=filing, move="keep", actor=cast.actor("district_lead"), now=now())
    kept = move(matter=filing, move="keep", actor=cast.actor("district_lead"), now=now(), values={"receipt": "备-1"})
    assert kept.closed_at is not None


@pytest.mark.obligation("T22-6")
def test_nothing_is_filed_while_the_special_acceptance_has_not_passed(cast: Cast, project, home, monkeypatch):
    monkeypatch.setattr(works_rows, "OURS", works_rows.OURS[1:])  # completed under an exception from T11-6
    leave_pipes_aside(home, monkeypatch)
    special(cast, project, home)
    current_fire(cast, project)
    finish(cast, project)
    filing = AcceptanceFiling.objects.get(project=project)
    paper(filing, "竣工验收报告")
    with pytest.raises(Refusal, match="无障碍专项验收合格"):
        move(matter=filing, move="file", actor=cast.actor("renewer"), now=now(),
             values={"filed_on": today(), "fire_standard": "现行标准"})  # fmt: skip


@pytest.mark.obligation("T22-1")
def test_five_parties_answer_or_cannot_exist_and_no_party_is_passed_over():
    said = [Answer(party.value, 4) for party in Party]
    assert len(Party) == 5
    assert lacking(said) == ()
    assert lacking(said[1:]) == (Party.RESIDENTS_COMMITTEE,)
    assert lacking([*said[:1], Answer("owners", None, "没有成立"), *said[2:]]) == ()
    assert lacking([*said[:3], Answer("representatives", None, "没来"), said[4]]) == (Party.OWNER_REPRESENTATIVES,)
    assert average(said) == (20, 5)
    assert average([]) is None


def answer(cast: Cast, review, party: str, *, who: str = "street_clerk", **more):
    given = {"said_by": "张主任", "satisfied": 4, "answered_on": today(), **more}
    return record_answer(review=review, said=Said(party=party, **given), actor=cast.actor(who), now=now())


@pytest.mark.obligation("T22-1", "T22-2")
def test_the_street_reviews_with_five_parties_and_their_opinions_are_followed_up(cast: Cast, home, monkeypatch):
    project = completed(cast, home, monkeypatch)
    review = EffectReview.objects.get(project=project)
    street, done = cast.actor("street_clerk"), {"held_on": today(), "summary": "效果好"}
    for party in ("residents", "property", "representatives", "builders"):
        answer(cast, review, party)
    with pytest.raises(Refusal, match=r"业委会（物管会）的意见"):
        move(matter=review, move="finish", actor=street, now=now(), values=done)
    with pytest.raises(NotAllowed):
        answer(cast, review, "owners", who="renewer")
    answer(cast, review, "owners", opinion="单元门关不严", follow_up=True)
    move(matter=review, move="finish", actor=street, now=now(), values=done)
    project.refresh_from_db()
    home.refresh_from_db()
    assert (project.state, home.stage) == ("reviewed", "effect_reviewed")
    follow = EffectFollowUp.objects.get()
    assert (follow.owner, follow.answer_of.party) == (cast.bodies["renewer"], "owners")
    assert (follow.detail, follow.answer_of.opinion) == ("单元门关不严", "单元门关不严")
    with pytest.raises(Refusal, match="办理情况"):
        move(matter=follow, move="answer", actor=cast.actor("renewer"), now=now())
    follow = move(
        matter=follow, move="answer", actor=cast.actor("renewer"), now=now(), values={"outcome": "已换闭门器"}
    )
    follow.refresh_from_db()
    assert follow.owner == cast.bodies["street"]
    with pytest.raises(NotAllowed):
        move(matter=follow, move="confirm", actor=cast.actor("renewer"), now=now())
    assert move(matter=follow, move="confirm", actor=street, now=now()).stage == "closed"


@pytest.mark.obligation("T22-2")
@pytest.mark.parametrize(
    ("party", "more", "words"),
    [
        ("builders", {"satisfied": None, "absent": "没来"}, "不能没有"),
        ("owners", {"satisfied": None}, "没有填"),
        ("owners", {"satisfied": 6}, "1 到 5"),
        ("owners", {"said_by": " "}, "谁说的"),
        ("owners", {"follow_up": True}, "没有内容"),
        ("mayor", {}, "哪一方"),
    ],
)
def test_answers_that_do_not_hold_together_are_refused(cast: Cast, home, monkeypatch, party, more, words):
    review = EffectReview.objects.get(project=completed(cast, home, monkeypatch))
    with pytest.raises(BadAnswer, match=words):
        answer(cast, review, party, **more)
    with pytest.raises(BadDay):
        answer(cast, review, "owners", answered_on=ago(1))


@pytest.mark.obligation("T22-1")
def test_a_review_does_not_begin_before_completion(cast: Cast, project, home):
    with pytest.raises(Refusal, match="竣工后才能办"):
        open_matter(model=EffectReview, values={"project": project}, community=home, actor=cast.actor("street_clerk"),
                    now=now())  # fmt: skip


def test_nothing_is_handed_over_before_the_review(cast: Cast, home, monkeypatch):
    project = completed(cast, home, monkeypatch)
    given = {"receiver": cast.bodies["firm"], "facilities": "门禁", "files": "竣工图", "handed_over_on": today()}
    handover = open_matter(
        model=Handover, values={"project": project}, community=home, actor=cast.actor("renewer"), now=now()
    )
    paper(handover, "移交清单")
    with pytest.raises(Refusal, match="还没有评价"):
        move(matter=handover, move="hand_over", actor=cast.actor("renewer"), now=now(), values=given)
    review = EffectReview.objects.get(project=project)
    for party in Party:
        answer(cast, review, party.value)
    move(matter=review, move="finish", actor=cast.actor("street_clerk"), now=now(),
         values={"held_on": today(), "summary": "好"})  # fmt: skip
    move(matter=handover, move="hand_over", actor=cast.actor("renewer"), now=now(), values=given)
    project.refresh_from_db()
    home.refresh_from_db()
    assert (project.state, home.stage) == ("handed_over", "handed_over")
