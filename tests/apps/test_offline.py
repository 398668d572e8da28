"""The queue of phones: each entry once, wrong clocks corrected, refusals in words, nothing lost."""

import hashlib
import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from jiugai.accounts.models import Membership
from jiugai.accounts.permissions import Permission
from jiugai.offline import types
from jiugai.offline.models import Operation, Photo, RefusedOperation
from jiugai.offline.types import Arrival, OpType, register
from jiugai.registry.models import Community
from tests.cast import COMMITTEE, OTHER_STREET, Cast

DEVICE = "p-0123456789"
JPEG = b"\xff\xd8\xff\xe1\x00\x10Exif\x00\x00GPSHERE!\xff\xdb\x00\x04\x01\x02\xff\xda\x00\x02data\xff\xd9"


@pytest.fixture
def home(cast: Cast) -> Community:
    return Community.objects.create(code="P-1", name="枣营南里", name_norm="枣营南里", area=cast.areas[COMMITTEE])


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> list[Arrival]:
    """A kind of entry that remembers what it took in."""
    monkeypatch.setattr(types, "_TYPES", {})
    seen: list[Arrival] = []

    def accept(arrival: Arrival) -> str:
        seen.append(arrival)
        return f"trial:{arrival.community.pk}"

    register(OpType(code="trial", label="试填", permission=Permission.CHECKUP_RECORD, accept=accept))
    return seen


def now_ms() -> int:
    return int(timezone.now().timestamp() * 1000)


def op(home: Community, number: int, *, wall: int | None = None, **more: Any) -> dict[str, Any]:
    entry = {"device": DEVICE, "counter": number, "wall": wall if wall is not None else now_ms(), "logical": 0,
             "type": "trial", "author": "community_worker", "community": home.pk, "body": {"n": number}}  # fmt: skip
    return entry | more


def send(client: Client, *ops: dict[str, Any], sent: int | None = None) -> list[dict[str, Any]]:
    body = json.dumps({"sent": sent if sent is not None else now_ms(), "ops": ops})
    answer = client.post("/phone/sync/", body, content_type="application/json")
    assert answer.status_code == 200, answer.content.decode()
    return answer.json()["answers"]


def states(answers: list[dict[str, Any]]) -> list[str]:
    return [one["state"] for one in answers]


def test_same_entry_twice_counts_once(cast: Cast, home: Community, taken: list[Arrival]):
    client, entry = cast.client("community_worker"), op(home, 1)
    assert states(send(client, entry, entry)) == ["accepted", "duplicate"]
    assert states(send(client, entry)) == ["duplicate"]
    assert len(taken) == Operation.objects.count() == 1


def test_same_name_with_other_content_is_refused_and_kept(cast: Cast, home: Community, taken: list[Arrival]):
    client = cast.client("community_worker")
    send(client, op(home, 1))
    (answer,) = send(client, op(home, 1, body={"n": "other"}))
    assert (answer["state"], answer["says"]) == ("refused", "同一编号的填报内容不同")
    assert RefusedOperation.objects.get().body == {"n": "other"}


def test_clock_ahead_is_shifted_and_written_down(cast: Cast, home: Community, taken: list[Arrival]):
    year = 365 * 24 * 3600 * 1000
    wall = now_ms() + year
    (answer,) = send(cast.client("community_worker"), op(home, 1, wall=wall - 3_600_000), sent=wall)
    kept = Operation.objects.get()
    assert (answer["clock"], kept.clock, kept.wall_ms) == ("shifted", "shifted", wall - 3_600_000)
    assert abs(kept.at_ms - (now_ms() - 3_600_000)) < 60_000


def test_future_entry_of_a_clock_put_right_is_set_to_arrival(cast: Cast, home: Community, taken: list[Arrival]):
    send(cast.client("community_worker"), op(home, 1, wall=now_ms() + 10**10))
    kept = Operation.objects.get()
    assert kept.clock == "clamped"
    assert kept.at_ms == int(kept.received_at.timestamp() * 1000)


def test_lost_role_is_refused_in_words_and_the_rest_goes_on(cast: Cast, home: Community, taken: list[Arrival]):
    client = cast.client("community_worker")
    assert states(send(client, op(home, 1))) == ["accepted"]
    Membership.objects.filter(user=cast.user("community_worker")).delete()
    (answer,) = send(client, op(home, 2))
    assert answer["state"] == "refused"
    assert "辖区" in answer["says"]
    assert "补填" in answer["remedy"]
    assert RefusedOperation.objects.get().ident == f"{DEVICE}:2"


def test_role_without_the_right_hears_whom_to_ask(cast: Cast, home: Community, taken: list[Arrival]):
    (answer,) = send(cast.client("planner"), op(home, 1, author="planner"))
    assert answer["state"] == "refused"
    assert "您的角色不能填报体检" in answer["says"]


def test_entry_of_somebody_else_waits_for_its_author(cast: Cast, home: Community, taken: list[Arrival]):
    (answer,) = send(cast.client("street_clerk"), op(home, 1))
    assert "community_worker" in answer["says"]
    assert not taken


def test_outsiders_community_does_not_exist(cast: Cast, taken: list[Arrival]):
    away = Community.objects.create(code="P-2", name="某某", name_norm="某某", area=cast.areas[OTHER_STREET])
    client = cast.client("community_worker")
    assert states(send(client, op(away, 1))) == ["refused"]
    assert client.post(f"/phone/packs/{away.pk}/").status_code == 404


@pytest.mark.parametrize(
    "spoilt",
    [{"counter": -1}, {"counter": "1"}, {"wall": 1e300}, {"body": []}, {"device": "x"}, {"type": "unknown"},
     {"body": {"n": "\x00"}}, {"body": {"n": "\ud800"}}, {"community": 2**60}, {"author": ""}],
)  # fmt: skip
def test_garbage_is_answered_beside_good_entries(cast: Cast, home: Community, taken: list[Arrival], spoilt: Any):
    client = cast.client("community_worker")
    answers = send(client, op(home, 1), op(home, 2) | spoilt, op(home, 3))
    assert states(answers) == ["accepted", "refused", "accepted"]
    assert answers[1]["says"]


@pytest.mark.parametrize("body", ["", "[]", '{"sent": 1}', '{"ops": [], "sent": "x"}', "[" * 10_000])
def test_unreadable_batches_are_refused_as_a_whole(cast: Cast, body: str):
    answer = cast.client("community_worker").post("/phone/sync/", body, content_type="application/json")
    assert answer.status_code == 422


def test_entries_cannot_be_changed_even_by_sql(cast: Cast, home: Community, taken: list[Arrival]):
    send(cast.client("community_worker"), op(home, 1))
    with pytest.raises(Exception, match="append-only"):
        Operation.objects.update(author_name="别人")


def photo(client: Client, home: Community, content: bytes, *, sha256: str = "", name: str = "photo.jpg") -> Any:
    file = SimpleUploadedFile(name, content)
    digest = sha256 or hashlib.sha256(content).hexdigest()
    headers = {"Accept": "application/json"}
    return client.post("/phone/photos/", {"file": file, "sha256": digest, "community": home.pk}, headers=headers)


@pytest.fixture
def _own_files(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.mark.usefixtures("_own_files")
def test_photo_sent_twice_is_kept_once_without_what_the_camera_wrote(cast: Cast, home: Community):
    client = cast.client("community_worker")
    assert [photo(client, home, JPEG).json()["state"] for _ in range(2)] == ["accepted", "duplicate"]
    kept = Photo.objects.get()
    shown = b"".join(client.get(f"/photos/{kept.pk}/"))
    assert kept.stripped
    assert b"GPSHERE" not in shown
    assert shown.endswith(b"data\xff\xd9")
    assert cast.client("outsider").get(f"/photos/{kept.pk}/").status_code == 404


@pytest.mark.usefixtures("_own_files")
def test_photo_of_40_mb_is_refused_in_words(cast: Cast, home: Community):
    answer = photo(cast.client("community_worker"), home, JPEG + b"\x00" * 40 * 1024 * 1024)
    assert answer.status_code == 413
    assert answer.json()["detail"] == "照片有 40.0 MB，最大 10 MB"
    assert not Photo.objects.exists()


@pytest.mark.usefixtures("_own_files")
@pytest.mark.parametrize(
    ("content", "name", "sha256"),
    [(JPEG, "photo.jpg", "0" * 64), (b"%PDF-1.4", "a.jpg", ""), (JPEG, "a.exe", ""), (b"", "a.jpg", "")],
)
def test_damaged_or_disguised_photos_are_refused(cast: Cast, home: Community, content: bytes, name: str, sha256: str):
    answer = photo(cast.client("community_worker"), home, content, name=name, sha256=sha256)
    assert answer.status_code in {400, 422}
    assert not Photo.objects.exists()


def test_worker_lists_every_file_it_keeps(db: None, client: Client):
    text = client.get("/phone/worker.js").content.decode()
    files = json.loads(text.partition("const KEEP = ")[2].partition(";\n")[0])["files"]
    assert "/static/offline/app.js" in files
    assert [file for file in files if client.get(file).status_code != 200] == []


def test_session_tells_the_time_and_who_is_there(cast: Cast, client: Client):
    assert client.get("/phone/session/").json()["user"] == ""
    said = cast.client("community_worker").get("/phone/session/").json()
    assert said["user"] == "community_worker"
    assert abs(said["now"] - now_ms()) < 5_000


def test_what_was_refused_is_listed_for_the_area_with_its_reason(cast: Cast, home, client_as):
    RefusedOperation.objects.create(
        ident="phone-1:1", kind="guard", community_ref=home.pk, body={"flat": "101"}, says="没有写拆除方式",
        author_name="community_worker", sent_by="王", received_at=timezone.now(),
    )  # fmt: skip
    page = client_as("street_clerk").get("/phone-refused/").content.decode()
    assert "没有写拆除方式" in page
    assert "没有写拆除方式" not in client_as("outsider").get("/phone-refused/").content.decode()
