"""Matters by workbook, by API, as dots, and to whom the task list sends them."""

from datetime import date, datetime
from io import BytesIO

import pytest
from django.contrib.gis.geos import Point
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from openpyxl import Workbook, load_workbook

from jiugai.accounts.models import Organisation
from jiugai.domain.errors import Refusal
from jiugai.matters import actions
from jiugai.matters.models import Handling, Matter
from jiugai.matters.routing import named_body, responsible_units
from jiugai.registry.models import Community
from tests.cast import COMMITTEE, Cast

pytestmark = pytest.mark.django_db
NOW = timezone.make_aware(datetime(2026, 11, 16, 9))  # noqa: DTZ001 - made aware here
BASE = "/matters/kinds/handling/"
HEADS = ["小区", "事项", "责任单位", "到期日", "紧急程度"]


@pytest.fixture
def home(cast: Cast) -> Community:
    made = Community.objects.create(
        code="S-1", name="示例小区", name_norm="示例", area=cast.areas[COMMITTEE], point=Point(116.46, 39.93),
        position_state="good",
    )  # fmt: skip
    made.refresh_from_db()
    return made


def book(*rows: list) -> SimpleUploadedFile:
    made, target = Workbook(), BytesIO()
    for row in (HEADS, *rows):
        made.active.append(row)
    made.save(target)
    return SimpleUploadedFile("表.xlsx", target.getvalue())


def test_a_workbook_opens_a_matter_per_row(cast: Cast, home):
    rows = [["示例小区", f"第{n}件", "T-street", date(2026, 12, n + 1), "紧急"] for n in range(3)]
    answer = cast.client("district_lead").post(f"{BASE}import/", {"upload": book(*rows)})
    assert answer.status_code == 302
    assert next(iter(Handling.objects.order_by("due_on").values_list("title", "priority"))) == ("第0件", "urgent")
    assert {m.owner for m in Handling.objects.all()} == {cast.bodies["street"]}


def test_one_wrong_row_stops_all_and_says_where(cast: Cast, home):
    rows = [["示例小区", "好的", "T-street", date(2026, 12, 1), ""], ["没有这个", "坏的", "T-street", "明天", ""]]
    answer = cast.client("district_lead").post(f"{BASE}import/", {"upload": book(*rows)})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "第 3 行 小区" in page
    assert "第 3 行 到期日" in page
    assert not Matter.objects.exists()


@pytest.mark.parametrize("content", [b"", b"not a workbook", b"PK\x03\x04 broken"])
def test_what_is_no_workbook_is_refused_in_words(cast: Cast, content):
    upload = SimpleUploadedFile("表.xlsx", content)
    answer = cast.client("district_lead").post(f"{BASE}import/", {"upload": upload})
    assert answer.status_code == 422


def test_the_template_has_the_columns_of_the_form(cast: Cast):
    answer = cast.client("district_lead").get(f"{BASE}template/")
    sheet = load_workbook(BytesIO(b"".join(answer.streaming_content))).worksheets[0]
    assert set(HEADS) <= {cell.value for cell in sheet[1]}


@pytest.fixture
def given(cast: Cast, home) -> Handling:
    values = {"title": "核对", "owner": cast.bodies["street"], "due_on": date(2026, 11, 30)}
    return actions.open_matter(
        model=Handling, values=values, community=home, actor=cast.actor("district_lead"), now=NOW
    )


def test_the_list_goes_out_as_a_workbook(cast: Cast, given):
    answer = cast.client("district_lead").get(f"{BASE}export/")
    assert b"".join(answer.streaming_content).startswith(b"PK")


def test_the_api_gives_a_matter_with_its_columns_and_log_without_names(cast: Cast, given):
    client = cast.client("district_lead")
    kinds = {one["code"]: one for one in client.get("/api/v1/matter-kinds").json()}
    assert next(s["code"] for s in kinds["handling"]["stages"]) == "given"
    assert client.get("/api/v1/matters?kind=handling").json()["items"][0]["number"] == given.number
    found = client.get(f"/api/v1/matters/{given.pk}").json()
    assert found["fields"] == {"obligation": "", "answer": ""}
    assert found["log"][0]["what"] == "opened"
    assert cast.user("district_lead").display_name not in str(found)


def test_the_api_keeps_to_right_and_area(cast: Cast, given):
    assert cast.client("outsider").get(f"/api/v1/matters/{given.pk}").status_code == 404
    assert cast.client("resident").get("/api/v1/matters").status_code == 403


def test_dots_lie_where_the_matter_is_or_its_community(cast: Cast, given):
    found = cast.client("district_lead").get(f"{BASE}points/").json()
    assert found["features"][0]["geometry"]["coordinates"] == [116.46, 39.93]
    assert cast.client("outsider").get(f"{BASE}points/").json()["features"] == []
    assert cast.client("district_lead").get(f"{BASE}map/").status_code == 200


@pytest.mark.obligation("T01-6")
def test_an_assignment_goes_to_the_body_that_the_task_list_names(cast: Cast, home):
    unit = responsible_units("T02-1")[0]
    body = Organisation.objects.create(code="T-named", name=unit, kind="city_department", area=cast.areas["110000"])
    assert named_body("T02-1", home.area_path) == body
    made = actions.open_matter(
        model=Handling, values={"title": "核查", "obligation": "T02-1"}, community=home, actor=cast.actor("city_lead"),
        now=NOW,
    )  # fmt: skip
    assert made.owner == body


def test_an_obligation_that_does_not_exist_is_refused(cast: Cast, home):
    with pytest.raises(Refusal, match="T99-9"):
        actions.open_matter(
            model=Handling, values={"title": "核查", "obligation": "T99-9"}, community=home,
            actor=cast.actor("city_lead"), now=NOW,
        )  # fmt: skip


def test_the_file_of_the_community_shows_what_is_open(cast: Cast, given, home):
    assert "在办事项" in cast.client("district_lead").get(f"/communities/{home.pk}/").content.decode()
