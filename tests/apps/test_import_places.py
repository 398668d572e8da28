"""Streets and committees written behind the district: applied, or said to be wrong in their cell; never passed over."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from jiugai.accounts.actor import Actor
from jiugai.accounts.models import Area
from jiugai.domain.geo.districts import below_district, district_code
from jiugai.domain.intake.streets import Named, Places
from jiugai.registry.intake import steps, writing
from jiugai.registry.models import Community, CommunityValue, ImportBatch, ImportRow
from tests.apps.import_rows import checked, csv_of, draw_ground, written
from tests.apps.test_import_round_trip import edited, exported, place_of, sent_back
from tests.cast import CHAOYANG, COMMITTEE, STREET, Cast

As = Callable[[str], Client]
HOME = "慧忠里"


@pytest.fixture
def officer(cast: Cast) -> Actor:
    draw_ground(cast)
    actor = cast.actor("data_officer")
    written(actor)
    return actor


def moved(officer: Actor, client: Client, words: str) -> ImportBatch:
    """Take the list home, write another place behind one community, hand it in."""
    content = exported(client, "xlsx")
    return sent_back(officer, edited(content, **{place_of(content, HOME, "辖区"): words}), "a.xlsx")


def written_out(batch: ImportBatch, officer: Actor) -> None:
    steps.ask_write(batch_id=batch.pk, actor=officer)
    writing.write(batch.pk, user_id=officer.user_id, clock=timezone.localtime)


def area_of(name: str) -> str:
    return Community.objects.get(name=name).area.code


@pytest.mark.obligation("T01-1")
@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("朝阳区 麦子店街道", STREET), ("朝阳区麦子店", STREET), (f"朝阳区 {STREET}", STREET),
        ("朝阳区 麦子店街道 枣营南里社区居委会", COMMITTEE), ("朝阳区 枣营南里社区", COMMITTEE),
    ],
)  # fmt: skip
def test_place_written_in_our_list_is_where_the_community_goes(
    officer: Actor, client_as: As, words: str, code: str
) -> None:
    batch = moved(officer, client_as("district_lead"), words)
    assert (batch.errors, batch.warnings) == (0, 0)
    written_out(batch, officer)
    assert area_of(HOME) == code
    assert {area_of(name) for name in ("管庄东里", "枣营南里")} == {CHAOYANG}


@pytest.mark.obligation("T01-1")
@pytest.mark.parametrize("words", ["朝阳区 月坛街道", "朝阳区 麦子店街道 没有这个社区", "朝阳区 110102007"])
def test_place_that_the_district_has_not_is_an_error_in_its_cell(officer: Actor, client_as: As, words: str) -> None:
    client = client_as("district_lead")
    batch = moved(officer, client, words)
    (problem,) = batch.problems.all()
    assert (problem.code, problem.severity, problem.typed) == ("place_unknown", "error", words)
    assert f"{problem.column_letter}{problem.number}" == place_of(exported(client, "xlsx"), HOME, "辖区")
    with pytest.raises(steps.ErrorsLeft):
        steps.ask_write(batch_id=batch.pk, actor=officer)


def settled_in_street(officer: Actor, client: Client) -> None:
    written_out(moved(officer, client, "朝阳区 麦子店街道"), officer)
    assert area_of(HOME) == STREET


def test_less_exact_place_than_on_record_is_said_and_changes_nothing(officer: Actor, client_as: As) -> None:
    client = client_as("district_lead")
    settled_in_street(officer, client)
    batch = moved(officer, client, "朝阳区")
    assert [(p.code, p.severity) for p in batch.problems.all()] == [("area_wider", "warning")]
    assert "麦子店街道" in batch.problems.get().message
    written_out(batch, officer)
    assert area_of(HOME) == STREET
    assert not CommunityValue.objects.filter(batch=batch).exists()


@pytest.mark.parametrize("code", [STREET, CHAOYANG])
def test_other_coordinates_in_the_district_say_nothing_of_the_area(officer: Actor, client_as: As, code: str) -> None:
    client = client_as("district_lead")
    if code == STREET:
        settled_in_street(officer, client)
    content = exported(client, "xlsx")
    batch = sent_back(officer, edited(content, **{place_of(content, HOME, "经度（CGCS2000）"): 116.515}), "a.xlsx")
    assert (batch.errors, batch.warnings) == (0, 0)
    assert ImportRow.objects.get(batch=batch, fate="change").parsed["area"] == code  # may be all one may write to
    written_out(batch, officer)
    home = Community.objects.get(name=HOME)
    assert (home.area.code, home.point and round(home.point.x, 3)) == (code, 116.515)
    assert not CommunityValue.objects.filter(batch=batch, field="area").exists()


def test_place_in_another_district_is_refused_to_who_may_not_write_there(officer: Actor, client_as: As) -> None:
    batch = moved(officer, client_as("district_lead"), "西城区 月坛街道")
    assert [p.code for p in batch.problems.all()] == ["outside_scope"]


HEAD = ("小区名称", "辖区", "户数")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [("朝阳区 麦子店街道", STREET, []), ("朝阳 麦子店", CHAOYANG, []), ("朝阳 大望路", CHAOYANG, []),
     ("朝阳区 大望街道", CHAOYANG, ["place_unknown"]), ("朝阳区 麦子店街道办事处", STREET, [])],
)  # fmt: skip
def test_files_of_others_are_taken_at_full_names_only(officer: Actor, words: str, code: str, said: list[str]) -> None:
    """Behind the district listings write trade areas, which are not streets."""
    batch = checked(officer, csv_of([("新来的里", words, 20)], HEAD), head=HEAD, source="别处的清单")
    assert (batch.errors, [p.code for p in batch.problems.all()]) == (0, said)
    assert ImportRow.objects.get(batch=batch).parsed["area"] == code


def test_street_column_that_names_no_street_is_doubted(officer: Actor) -> None:
    head = ("小区名称", "区", "街道")
    batch = checked(officer, csv_of([("新来的里", "朝阳区", "月坛街道")], head), head=head, source="别处的清单")
    assert [(p.code, p.severity, p.column) for p in batch.problems.all()] == [("place_unknown", "warning", "街道")]


@pytest.mark.parametrize(
    ("text", "code", "below"),
    [
        ("朝阳区 麦子店街道 枣营", "110105", "麦子店街道 枣营"), ("朝阳 管庄", "110105", "管庄"),
        ("110105", "110105", ""),
        ("北京经济技术开发区", "BDA", ""), ("北京经济技术开发区 博兴街道", "BDA", "博兴街道"), ("开发区", "BDA", ""),
        ("海淀", "110108", ""), ("海淀区", "110108", ""), ("河北省", None, ""),
    ],
)  # fmt: skip
def test_text_is_parted_into_district_and_what_is_below(text: str, code: str | None, below: str) -> None:
    assert (district_code(text), below_district(text)) == (code, below)


def test_committee_of_two_streets_is_nobody_s() -> None:
    rows = [Named(f"s{n}", f"第{n}街道", "street", "d") for n in (1, 2)]
    rows += [Named(f"c{n}", "东里社区居委会", "community", f"s{n}") for n in (1, 2)]
    places = Places(rows)
    assert places.find("d", "东里社区") is None
    assert places.find("d", "第2街道东里") == "c2"
    assert places.find("x", "第2街道") is None


@pytest.mark.parametrize(
    ("text", "whole", "code"),
    [
        ("麦子店街道办事处", False, STREET), ("麦子店街道办事处", True, STREET), ("麦子店街道", True, STREET),
        ("麦子店", False, STREET), ("麦子店", True, None), ("麦子店办事处", True, None),
        ("麦子店街道办事处枣营南里社区", True, COMMITTEE), ("麦子店街道办事处 枣营南里社区", False, COMMITTEE),
    ],
)  # fmt: skip
def test_office_of_a_street_is_the_street(cast: Cast, text: str, whole: bool, code: str | None) -> None:
    rows = Area.objects.values_list("code", "name", "level", "parent__code")
    assert Places(Named(*row) for row in rows).find(CHAOYANG, text, whole=whole) == code


def test_every_area_of_the_tests_is_found_by_its_own_name_and_code(cast: Cast) -> None:
    rows = [Named(*row) for row in Area.objects.values_list("code", "name", "level", "parent__code")]
    places, home = Places(rows), {row.code: row.parent for row in rows}
    below = [row for row in rows if row.level in {"street", "community"}]
    assert {STREET, COMMITTEE} <= {row.code for row in below}
    for row in below:
        district = row.parent if row.level == "street" else home[row.parent]
        found = {places.find(district, words, whole=whole) for words in (row.name, row.code) for whole in (True, False)}
        assert found == {row.code}, row
