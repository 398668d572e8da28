"""Documents: what is taken, who may read, what is logged."""

import io
import zipfile
from collections.abc import Callable
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from jiugai.accounts.models import AuditEvent, SharingRule
from jiugai.domain.errors import Conflict, NotAllowed, TooLarge
from jiugai.registry.actions.documents import add_version, file_document, withdraw_document
from jiugai.registry.models import Community, Document
from jiugai.registry.uploads import BadFile, safe_name
from tests.apps.file_rows import TODAY, community
from tests.cast import STREET, Cast

pytestmark = pytest.mark.django_db
ClientAs = Callable[[str], Client]
PDF = b"%PDF-1.4\n%\xe2\xe3\n1 0 obj\n"


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def home(cast: Cast) -> Community:
    return community(cast.areas[STREET])


def workbook(*members: str) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        for name in members:
            archive.writestr(name, "x")
    return body.getvalue()


def file(cast: Cast, home: Community, name: str = "方案.pdf", content: bytes = PDF, *, who="street_clerk", **rest):
    return file_document(
        community=home, upload=SimpleUploadedFile(name, content), actor=cast.actor(who), on=TODAY, **rest
    )


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("方案.pdf", PDF),
        ("照片.JPG", b"\xff\xd8\xff\xe0" + b"0" * 20),
        ("图.webp", b"RIFF\x00\x00\x00\x00WEBPVP8 "),
        ("表.xlsx", workbook("[Content_Types].xml", "xl/workbook.xml")),
        ("信.docx", workbook("[Content_Types].xml", "word/document.xml")),
    ],
)
def test_file_is_kept_by_what_it_holds(cast: Cast, home: Community, tmp_path, name: str, content: bytes):
    version = file(cast, home, name, content).version
    assert (tmp_path / version.file).read_bytes() == content
    assert version.sha256 in version.file
    assert version.file_name == name


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("空.pdf", b"", "空的"),
        ("装成.pdf", b"MZ\x90\x00", "不是这种文件"),
        ("装成.png", PDF, "内容却是 pdf"),
        ("包.zip", workbook("a.txt"), "不收这种文件"),
        ("跑.exe", b"MZ", "不收这种文件"),
        ("页.html", b"<script>", "不收这种文件"),
        ("表.xlsx", workbook("a.txt"), "不是这种文件"),
        ("宏.xlsx", workbook("[Content_Types].xml", "xl/workbook.xml", "xl/vbaProject.bin"), "宏"),
    ],
)
def test_bad_file_is_refused_with_words_and_leaves_nothing(
    cast: Cast, home: Community, tmp_path, name: str, content: bytes, words: str
):
    with pytest.raises(BadFile, match=words):
        file(cast, home, name, content)
    assert not Document.objects.exists()
    assert not [place for place in tmp_path.rglob("*") if place.is_file()]


def test_too_large_a_file_is_refused(cast: Cast, home: Community, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("jiugai.registry.uploads.LARGEST_DOCUMENT_BYTES", 100)
    with pytest.raises(TooLarge, match="最大"):
        file(cast, home, content=PDF + b"0" * 200)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\x\\方案.pdf", "方案.pdf"),
        ("a\x00b\u202efdp.pdf", "abfdp.pdf"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
        ("..", "未命名"),
    ],
)
def test_names_are_only_names(given: str, kept: str):
    assert safe_name(given) == kept


def test_same_content_is_kept_once_and_said(cast: Cast, home: Community, tmp_path):
    first = file(cast, home)
    second = file(cast, home, "又一份.pdf")
    assert second.twins == (first.document,)
    assert len([place for place in tmp_path.rglob("*") if place.is_file()]) == 1


def test_versions_stand_on_each_other(cast: Cast, home: Community):
    document = file(cast, home).document
    actor = cast.actor("street_clerk")
    newer = add_version(document=document, upload=SimpleUploadedFile("b.pdf", PDF + b"2"), actor=actor, on=TODAY)
    assert newer.number == 2
    with pytest.raises(Conflict, match="一样"):
        add_version(document=document, upload=SimpleUploadedFile("b.pdf", PDF + b"2"), actor=actor, on=TODAY)


def test_only_the_filing_body_changes_its_document(cast: Cast, home: Community):
    document = file(cast, home, private=False).document
    with pytest.raises(NotAllowed, match="归档"):
        withdraw_document(document=document, actor=cast.actor("district_lead"), reason="x")
    withdraw_document(document=document, actor=cast.actor("street_clerk"), reason="传错了")
    document.refresh_from_db()
    assert document.withdrawn_reason == "传错了"


def open_as(client: Client, document: Document):
    return client.get(reverse("document-open", args=[document.pk]))


@pytest.mark.obligation("T01-7")
def test_private_document_does_not_exist_for_other_bodies(cast: Cast, client_as: ClientAs, home: Community):
    document = file(cast, home).document
    assert open_as(client_as("street_clerk"), document).status_code == 200
    assert open_as(client_as("district_lead"), document).status_code == 404
    shown = client_as("district_lead").get(reverse("community-documents", args=[home.pk])).content.decode()
    assert document.title not in shown
    assert "另有 1 份其他单位的材料" in shown


@pytest.mark.obligation("T01-7")
def test_sharing_rule_opens_it_and_every_access_is_logged(cast: Cast, client_as: ClientAs, home: Community):
    document = file(cast, home).document
    share(cast)
    assert open_as(client_as("district_lead"), document).status_code == 200
    event = AuditEvent.objects.get(action="sharing.access")
    assert (event.subject_id, event.actor_user) == (str(document.pk), cast.user("district_lead").pk)


@pytest.mark.obligation("T01-7")
def test_ended_rule_and_other_dataset_open_nothing(cast: Cast, client_as: ClientAs, home: Community):
    document = file(cast, home).document
    share(cast, ends=date(2026, 1, 31))
    share(cast, dataset="contacts")
    assert open_as(client_as("district_lead"), document).status_code == 404


def share(cast: Cast, *, dataset: str = "documents", ends: date | None = None) -> None:
    SharingRule.objects.create(
        owner=cast.bodies["street"],
        recipient=cast.bodies["district"],
        dataset=dataset,
        purpose="体检核对",
        starts=date(2026, 1, 1),
        ends=ends,
    )


def test_outsider_gets_404_even_for_open_documents(cast: Cast, client_as: ClientAs, home: Community):
    document = file(cast, home, private=False).document
    assert open_as(client_as("outsider"), document).status_code == 404


def test_file_is_sent_with_its_name_and_cannot_run(cast: Cast, client_as: ClientAs, home: Community):
    document = file(cast, home, "楼 3（终）.pdf").document
    response = open_as(client_as("street_clerk"), document)
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "%E6%A5%BC" in response.headers["Content-Disposition"]
    assert "sandbox" in response.headers["Content-Security-Policy"]
    assert AuditEvent.objects.filter(action="document.open").count() == 1


def test_office_files_are_only_downloaded(cast: Cast, client_as: ClientAs, home: Community):
    document = file(cast, home, "表.xlsx", workbook("[Content_Types].xml", "xl/workbook.xml")).document
    assert open_as(client_as("street_clerk"), document).headers["Content-Disposition"].startswith("attachment")


def test_lost_file_is_told_and_not_a_crash(cast: Cast, client_as: ClientAs, home: Community, tmp_path):
    filed = file(cast, home)
    (tmp_path / filed.version.file).unlink()
    response = open_as(client_as("street_clerk"), filed.document)
    assert response.status_code == 404
    assert "文件不在了" in response.content.decode()


def test_upload_form_keeps_what_was_typed(client_as: ClientAs, home: Community):
    url = reverse("document-new", args=[home.pk])
    data = {"upload": SimpleUploadedFile("a.exe", b"MZ"), "title": "我的材料", "kind": "其他"}
    response = client_as("street_clerk").post(url, data)
    assert response.status_code == 422
    assert "我的材料" in response.content.decode()
    assert "不收这种文件" in response.content.decode()


def test_phone_photo_is_filed(client_as: ClientAs, home: Community):
    url = reverse("document-new", args=[home.pk])
    photo = SimpleUploadedFile("IMG_0001.jpeg", b"\xff\xd8\xff\xe0" + b"0" * 30)
    assert client_as("street_clerk").post(url, {"upload": photo, "kind": "照片"}).status_code == 302
    assert Document.objects.get().title == "IMG_0001.jpeg"
