"""Importing: nothing before it is confirmed, nothing twice, every word with its source, and the way back."""

from datetime import date, timedelta

import pytest
from django.test import override_settings
from django.utils import timezone

from jiugai.accounts.actor import Actor
from jiugai.accounts.models import AuditEvent, Membership
from jiugai.domain.errors import Conflict, NotAllowed
from jiugai.registry.actions.values import NoReason, enter_value
from jiugai.registry.intake import checking, mending, starting, steps, undoing, writing
from jiugai.registry.models import (
    Building,
    Community,
    CommunityAlias,
    CommunityValue,
    DuplicatePair,
    ImportBatch,
    ImportProblem,
    ImportRow,
)
from jiugai.registry.queries import imports as queries
from tests.apps.import_rows import ROWS, checked, csv_of, declared, draw_ground, undone, uploaded, written
from tests.cast import CHAOYANG, STREET, Cast

pytestmark = pytest.mark.django_db
State = ImportBatch.State


@pytest.fixture(autouse=True)
def _folder(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def officer(cast: Cast) -> Actor:
    draw_ground(cast)
    return cast.actor("data_officer")


def counts(batch: ImportBatch) -> dict[str, int]:
    return {fate: n for fate, n in batch.summary["written"].items() if n}


def test_checking_writes_nothing_to_the_register(officer):
    batch = checked(officer)
    assert (batch.state, batch.errors, batch.rows_total) == (State.CHECKED, 0, 3)
    assert batch.summary["checked"]["new"] == 3
    assert not Community.objects.exists()


@pytest.mark.obligation("T01-1")
def test_a_checked_batch_is_put_aside_before_anything_is_written_and_not_afterwards(officer):
    batch = steps.give_up(batch_id=checked(officer).pk, actor=officer, at=timezone.now())
    assert (batch.state, Community.objects.count()) == (State.UNDONE, 0)
    assert AuditEvent.objects.filter(action="import.drop").exists()
    with pytest.raises(Conflict):
        steps.ask_write(batch_id=batch.pk, actor=officer)
    with pytest.raises(Conflict):
        steps.give_up(batch_id=written(officer).pk, actor=officer, at=timezone.now())


def test_batch_put_aside_is_called_so_in_the_list_and_found_by_that_state(officer, client_as):
    steps.give_up(batch_id=checked(officer).pk, actor=officer, at=timezone.now())
    undone(officer, written(officer, csv_of(ROWS[1:])))
    browser = client_as("data_officer")
    shown = browser.get("/imports/").content.decode()
    assert (shown.count("已放弃"), "已撤回" in shown) == (1, True)
    for state, here, gone in (("given_up", "已放弃", "已撤回"), ("undone", "已撤回", "已放弃")):
        table = browser.get(f"/imports/?state={state}").content.decode().partition("<tbody")[2]
        assert (here in table, gone in table) == (True, False), state


def test_rows_of_a_batch_put_aside_are_called_not_written(officer, client_as):
    batch = steps.give_up(batch_id=checked(officer).pk, actor=officer, at=timezone.now())
    table = client_as("data_officer").get(f"/imports/{batch.pk}/").content.decode().partition("<tbody")[2]
    assert "没有写" in table
    assert "已撤回" not in table


def test_each_fact_arrives_with_source_date_and_batch(officer):
    batch = written(officer)
    home = Community.objects.get(name="管庄东里")
    said = home.values.get(field="built_year")
    assert (home.built_year, home.households, home.area.code) == (1985, 1200, CHAOYANG)
    assert (said.source.name, said.observed_on, said.batch_id) == ("朝阳区摸底台账", date(2026, 10, 1), batch.pk)
    assert (said.entered_by_id, round(home.point.x, 4)) == (officer.user_id, 116.5)


def test_same_file_again_changes_nothing(officer):
    written(officer)
    before = CommunityValue.objects.count()
    again = written(officer)
    assert counts(again) == {"same": 3}
    assert (Community.objects.count(), CommunityValue.objects.count()) == (3, before)


def test_same_file_is_recognised_by_its_content(officer):
    first = written(officer)
    again = uploaded(officer, csv_of(), "改了名字.csv")
    assert starting.twins_of(again, officer) == [first]


def test_changed_cell_is_shown_before_and_after_and_only_it_is_written(officer):
    written(officer)
    rows = [ROWS[0], ("CY-2", "慧忠里", "朝阳区", 1988, 3100, 116.51, 39.95), ROWS[2]]
    batch = checked(officer, csv_of(rows), observed_on=date(2026, 11, 1))
    change = ImportRow.objects.get(batch=batch, number=3).changes["built_year"]
    assert (change["before"], change["after"], change["wins"]) == (1990, 1988, True)
    steps.ask_write(batch_id=batch.pk, actor=officer)
    writing.write(batch.pk, user_id=officer.user_id, clock=timezone.localtime)
    assert Community.objects.get(name="慧忠里").built_year == 1988


def test_source_of_lower_rank_does_not_overrule_and_says_so(cast: Cast, officer):
    written(officer)
    home = Community.objects.get(name="管庄东里")
    enter_value(
        subject=home, field="built_year", value=1979, observed_on=None, actor=officer, reason="竣工牌",
        on=timezone.localdate(),
    )  # fmt: skip
    rows = [("CY-1", "管庄东里", "朝阳区", 1999, 1200, 116.50, 39.91)]
    batch = checked(officer, csv_of(rows), observed_on=date(2026, 11, 1))
    change = ImportRow.objects.get(batch=batch).changes["built_year"]
    assert (change["before"], change["after"], change["given"], change["wins"]) == (1979, 1979, 1999, False)
    assert change["conflicts"]


def test_row_without_number_finds_its_community_by_name_and_place(officer):
    written(officer)
    near = [("", "管庄东里", "朝阳区", 1985, 1250, 116.5005, 39.9105)]
    batch = written(officer, csv_of(near), source="另一份台账")
    assert counts(batch) == {"change": 1}
    assert Community.objects.count() == 3


def test_source_that_says_the_same_is_added_and_not_called_a_change(officer):
    written(officer)
    near = [("", "管庄东里", "朝阳区", 1985, 1250, 116.5001, 39.9101)]
    batch = checked(officer, csv_of(near), source="另一份台账")
    changes = ImportRow.objects.get(batch=batch).changes
    assert {f for f, c in changes.items() if c["moves"]} == {"households"}
    assert changes["point"]["agrees"]
    assert queries.moving(batch) == 1


def test_same_name_further_off_is_another_community(officer):
    written(officer)
    far = [("", "管庄东里", "朝阳区", 1985, 900, 116.55, 39.99)]
    assert counts(written(officer, csv_of(far), source="另一份台账")) == {"new": 1}


def test_twins_are_proposed_and_not_merged(officer):
    written(officer)
    twin = [("", "管庄东里社区", "朝阳区", 1985, 1250, 116.5003, 39.9102)]
    batch = checked(officer, csv_of(twin), source="另一份台账")
    assert ImportRow.objects.get(batch=batch).parsed["alike"]
    steps.ask_write(batch_id=batch.pk, actor=officer)
    batch = writing.write(batch.pk, user_id=officer.user_id, clock=timezone.localtime)
    assert (batch.summary["pairs"], DuplicatePair.objects.count(), Community.objects.count()) == (1, 1, 4)


def test_nothing_is_written_while_an_error_is_left(officer):
    batch = checked(officer, csv_of([*ROWS, ("CY-4", "新村", "朝阳区", "不知道年", 10, 116.53, 39.95)]))
    with pytest.raises(steps.ErrorsLeft, match="1 处错误"):
        steps.ask_write(batch_id=batch.pk, actor=officer)


def test_wrong_row_left_out_by_a_person_is_recorded(officer):
    batch = checked(officer, csv_of([*ROWS, ("CY-4", "新村", "朝阳区", "不知道年", 10, 116.53, 39.95)]))
    assert mending.leave_out_wrong(batch_id=batch.pk, actor=officer, at=timezone.localtime()) == 1
    steps.ask_write(batch_id=batch.pk, actor=officer)
    assert counts(writing.write(batch.pk, user_id=officer.user_id, clock=timezone.localtime)) == {"new": 3, "skip": 1}
    assert ImportRow.objects.get(batch=batch, fate="skip").changes["left_out_by"] == officer.name
    assert AuditEvent.objects.filter(subject_id=str(batch.pk), after__行数=1).exists()


def test_suggestion_is_adopted_with_one_click(officer):
    batch = checked(officer, csv_of([("CY-1", "管庄东里", "朝阳区", 1985, "约300", 116.50, 39.91)]))
    problem = ImportProblem.objects.get(batch=batch, severity="error")
    assert (problem.column_letter, problem.number, problem.typed, problem.suggestion) == ("E", 2, "约300", "300")
    mending.adopt(batch_id=batch.pk, problem_ids=[problem.pk], actor=officer, at=timezone.localtime())
    batch.refresh_from_db()
    assert batch.errors == 0
    row = ImportRow.objects.get(batch=batch)
    assert (row.parsed["fields"]["households"], row.parsed["edits"], row.raw["cells"][4]) == (
        300,
        {"E": "300"},
        "约300",
    )


def test_many_cells_are_mended_alike(officer):
    rows = [(f"CY-{n}", f"新村{n}里", "朝阳区", 1985, f"约{n}00", 116.45 + n / 50, 39.91) for n in range(1, 5)]
    batch = checked(officer, csv_of(rows))
    fix = mending.fixes(batch)[0]
    assert (fix.code, fix.count, fix.is_error) == ("estimate", 4, True)
    assert (
        mending.adopt_alike(batch_id=batch.pk, kinds=[(fix.code, fix.column)], actor=officer, at=timezone.localtime())
        == 4
    )
    batch.refresh_from_db()
    assert batch.errors == 0


def test_swapped_coordinates_are_mended_in_both_cells(officer):
    batch = checked(officer, csv_of([("CY-1", "管庄东里", "朝阳区", 1985, 300, 39.91, 116.50)]))
    problem = ImportProblem.objects.filter(batch=batch, code="swapped_point").first()
    mending.adopt(batch_id=batch.pk, problem_ids=[problem.pk], actor=officer, at=timezone.localtime())
    batch.refresh_from_db()
    assert (batch.errors, ImportRow.objects.get(batch=batch).parsed["fields"]["point"]) == (0, [116.5, 39.91])


def test_kinds_of_mending_that_share_a_row_are_mended_together(officer):
    batch = checked(officer, csv_of([("CY-1", "管庄东里", "朝阳区", 1985, "约300", 39.91, 116.50)]))
    kinds = [(fix.code, fix.column) for fix in mending.fixes(batch)]
    assert mending.adopt_alike(batch_id=batch.pk, kinds=kinds, actor=officer, at=timezone.localtime()) == 3
    batch.refresh_from_db()
    assert batch.errors == 0


def test_row_twice_is_left_out_and_same_number_with_other_content_is_an_error(officer):
    other = ("CY-2", "慧忠里", "朝阳区", 1990, 9999, 116.51, 39.95)
    batch = checked(officer, csv_of([*ROWS, ROWS[0], other]))
    found = ImportProblem.objects.filter(batch=batch).order_by("number").values_list("number", "code", "severity")
    assert list(found) == [(5, "repeated_row", "warning"), (6, "repeated_key", "error")]
    assert "第 3 行" in ImportProblem.objects.get(batch=batch, code="repeated_key").message


@pytest.mark.obligation("T01-7")
def test_rows_of_another_district_are_refused_with_reason(officer):
    outside = ("XC-1", "真武庙四里", "西城区", 1979, 700, 116.35, 39.91)
    batch = checked(officer, csv_of([*ROWS, outside]))
    problem = ImportProblem.objects.get(batch=batch, severity="error")
    assert (problem.code, problem.number) == ("outside_scope", 5)
    assert "西城区" in problem.message
    assert "朝阳区" in problem.message


def test_known_community_of_another_district_cannot_be_changed_under_its_number(cast: Cast, officer):
    draw_ground(cast)
    written(
        cast.actor("outsider"), csv_of([("N-1", "真武庙四里", "西城区", 1979, 700, 116.35, 39.91)]), source="统一编号"
    )
    batch = checked(officer, csv_of([("N-1", "真武庙四里", "朝阳区", 1999, 1, 116.50, 39.91)]), source="统一编号")
    assert ImportProblem.objects.get(batch=batch, severity="error").code == "outside_scope"


def test_role_taken_away_between_check_and_write_stops_the_writing(cast: Cast, officer):
    batch = checked(officer)
    steps.ask_write(batch_id=batch.pk, actor=officer)
    Membership.objects.filter(user=officer.user_id).update(ends=timezone.localdate() - timedelta(days=1))
    batch = writing.write(batch.pk, user_id=officer.user_id, clock=timezone.localtime)
    assert (batch.state, Community.objects.count()) == (State.FAILED, 0)
    assert "已没有" in batch.failure


def test_area_narrowed_between_check_and_write_leaves_the_rest_unwritten(cast: Cast, officer):
    batch = checked(officer)
    steps.ask_write(batch_id=batch.pk, actor=officer)
    Membership.objects.filter(user=officer.user_id).update(area=cast.areas[STREET])
    batch = writing.write(batch.pk, user_id=officer.user_id, clock=timezone.localtime)
    assert (counts(batch), Community.objects.count()) == ({"skip": 3}, 0)
    assert "辖区" in ImportRow.objects.filter(batch=batch).first().changes["reason"]


def test_person_without_the_right_cannot_start(cast: Cast):
    with pytest.raises(NotAllowed, match="不能导入数据"):
        uploaded(cast.actor("planner"), csv_of())


def test_stopped_writing_goes_on_where_it_stopped(officer, monkeypatch):
    monkeypatch.setattr(writing, "CHUNK", 1)
    batch = checked(officer)
    steps.ask_write(batch_id=batch.pk, actor=officer)
    asked = []

    def ask_once(*args, **kwargs):
        real(*args, **kwargs)
        if not asked:
            asked.append(ImportBatch.objects.filter(pk=batch.pk).update(stop_asked=True))

    real = writing.write_rows
    monkeypatch.setattr(writing, "write_rows", ask_once)
    assert writing.write(batch.pk, user_id=officer.user_id, clock=timezone.localtime).state == State.STOPPED
    assert Community.objects.count() == 1
    steps.go_on(batch_id=batch.pk, actor=officer)
    assert counts(writing.write(batch.pk, user_id=officer.user_id, clock=timezone.localtime)) == {"new": 3}
    assert Community.objects.count() == 3


def test_failure_in_the_middle_keeps_whole_pieces_and_can_be_retried(officer, monkeypatch):
    monkeypatch.setattr(writing, "CHUNK", 1)
    batch = checked(officer)
    steps.ask_write(batch_id=batch.pk, actor=officer)
    real, calls = writing._save, []

    def breaks_at_the_second(desk):
        calls.append(real(desk))
        if len(calls) == 2:
            raise OSError("disk")

    monkeypatch.setattr(writing, "_save", breaks_at_the_second)
    with pytest.raises(OSError, match="disk"):
        writing.write(batch.pk, user_id=officer.user_id, clock=timezone.localtime)
    batch.refresh_from_db()
    assert (batch.state, Community.objects.count()) == (State.FAILED, 1)
    steps.go_on(batch_id=batch.pk, actor=officer)
    assert counts(writing.write(batch.pk, user_id=officer.user_id, clock=timezone.localtime)) == {"new": 3}
    assert CommunityValue.objects.filter(field="name").count() == 3


@pytest.mark.obligation("T01-1")
def test_undo_takes_the_batch_back_and_it_can_be_imported_again_under_the_same_codes(officer):
    batch = written(officer)
    codes = sorted(Community.objects.values_list("code", flat=True))
    undone(officer, batch)
    assert not Community.objects.current().exists()
    assert not CommunityValue.objects.filter(withdrawn_at__isnull=True).exists()
    again = steps.again(batch_id=batch.pk, actor=officer, at=timezone.localtime())
    steps.ask_check(batch_id=again.pk, actor=officer)
    checking.check(again.pk, user_id=officer.user_id, clock=timezone.localtime)
    steps.ask_write(batch_id=again.pk, actor=officer)
    writing.write(again.pk, user_id=officer.user_id, clock=timezone.localtime)
    assert sorted(Community.objects.current().values_list("code", flat=True)) == codes
    assert Community.objects.count() == 3


def test_undo_keeps_what_people_corrected_later(officer):
    batch = written(officer)
    home = Community.objects.get(name="慧忠里")
    enter_value(
        subject=home, field="households", value=3000, observed_on=None, actor=officer, reason="户籍核对",
        on=timezone.localdate(),
    )  # fmt: skip
    batch = undone(officer, batch)
    home.refresh_from_db()
    assert (home.households, home.built_year, home.withdrawn_at) == (3000, None, None)
    assert (batch.summary["withdrawn"], batch.summary["kept"]) == (2, 1)


def test_undo_gives_back_the_values_of_before(officer):
    written(officer)
    rows = [("CY-2", "慧忠里", "朝阳区", 1988, 3100, 116.51, 39.95)]
    second = written(officer, csv_of(rows), observed_on=date(2026, 11, 1))
    undone(officer, second)
    assert Community.objects.get(name="慧忠里").built_year == 1990


def test_undo_is_refused_while_a_later_import_rests_on_it(officer):
    first = written(officer)
    second = written(officer)
    with pytest.raises(undoing.BuiltUpon, match=second.number):
        steps.ask_undo(batch_id=first.pk, actor=officer, reason="试")


def test_undo_needs_a_reason_and_the_right(cast: Cast, officer):
    batch = written(officer)
    with pytest.raises(NoReason):
        steps.ask_undo(batch_id=batch.pk, actor=officer, reason=" ")
    with pytest.raises(NotAllowed):
        steps.ask_undo(batch_id=batch.pk, actor=cast.actor("street_clerk"), reason="试")


def test_undo_and_write_are_audited(officer):
    undone(officer, written(officer))
    actions = list(AuditEvent.objects.order_by("pk").values_list("action", flat=True))
    assert actions == ["import.start", "import.write", "import.undo"]


def test_moving_on_twice_is_refused(officer):
    batch = checked(officer)
    steps.ask_write(batch_id=batch.pk, actor=officer)
    with pytest.raises(Conflict, match="正在写入"):
        steps.ask_write(batch_id=batch.pk, actor=officer)


def test_corrected_file_keeps_the_mapping(officer):
    first = checked(officer, csv_of([("CY-1", "管庄东里", "朝阳区", "x", 1, 116.50, 39.91)]))
    second = uploaded(officer, csv_of(), redo_of=first.pk)
    assert (second.mapping["profile"], second.source) == (first.mapping["profile"], first.source)
    first.refresh_from_db()
    assert first.summary["replaced_by"] == second.pk


BUILDING_HEAD = ("所属小区", "楼号", "建成年份", "地上层数", "有电梯")


def test_buildings_join_their_community_and_unknown_ones_get_a_suggestion(officer):
    written(officer)
    rows = [("管庄东里", "6号楼", 1985, 6, "无"), ("管庄东村", "1号楼", 1986, 6, "无")]
    batch = checked(officer, csv_of(rows, BUILDING_HEAD), head=BUILDING_HEAD, target="buildings", source="楼栋台账")
    problem = ImportProblem.objects.get(batch=batch, severity="error")
    assert (problem.number, problem.suggestion) == (3, "管庄东里")
    mending.adopt(batch_id=batch.pk, problem_ids=[problem.pk], actor=officer, at=timezone.localtime())
    steps.ask_write(batch_id=batch.pk, actor=officer)
    writing.write(batch.pk, user_id=officer.user_id, clock=timezone.localtime)
    built = Building.objects.get(label="6号楼")
    assert (built.community.name, built.storeys, built.has_lift, built.built_year) == ("管庄东里", 6, False, 1985)
    undone(officer, ImportBatch.objects.get(pk=batch.pk))
    assert not Building.objects.filter(withdrawn_at__isnull=True).exists()
    assert Community.objects.current().count() == 3


def test_other_spelling_of_a_name_becomes_an_alias(officer):
    written(officer)
    rows = [("CY-1", "管庄东里小区南院", "朝阳区", 1985, 1200, 116.50, 39.91)]
    written(officer, csv_of(rows), observed_on=date(2026, 9, 1))
    assert CommunityAlias.objects.get().name == "管庄东里小区南院"


def test_stopping_the_check_leaves_it_to_be_gone_on_with(officer, monkeypatch):
    batch = declared(officer)
    steps.ask_check(batch_id=batch.pk, actor=officer)
    ImportBatch.objects.filter(pk=batch.pk).update(stop_asked=True)
    assert checking.check(batch.pk, user_id=officer.user_id, clock=timezone.localtime).state == State.STOPPED
    steps.go_on(batch_id=batch.pk, actor=officer)
    assert checking.check(batch.pk, user_id=officer.user_id, clock=timezone.localtime).state == State.CHECKED


def test_upload_over_the_limit_leaves_nothing_behind(officer, tmp_path):
    with override_settings(UPLOAD_LIMIT_BYTES=50), pytest.raises(Exception, match="超过"):
        uploaded(officer, csv_of())
    assert not list(tmp_path.rglob("arriving-*"))
    assert not ImportBatch.objects.exists()
