"""Every file input is the one component, which speaks our words instead of the browser's."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.template import engines

from tests.apps.file_rows import community
from tests.cast import STREET, Cast

ROOT = Path(settings.BASE_DIR) / "jiugai"
# The component itself, and the phone's button for photos, which works without connection.
ITS_PLACES = {"web/templates/web/parts/file.html", "offline/static/offline/photos.js"}
WRITTEN = re.compile(r"""(?<!\[)type\s*[=:]\s*\\?["']?file\b""")
PAGES = (
    "/imports/new/", "/policies/new/", "/calendar/notices/new/", "/rates/import/", "/communities/{}/documents/new/",
    "/communities/{}/evidence/new/", "/communities/{}/pledges/new/",
)  # fmt: skip


class Inputs(HTMLParser):
    """Finds file inputs, and whether each stands in the component."""

    def __init__(self) -> None:
        super().__init__()
        self.inside: list[bool] = []
        self._open: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag == "input" and said.get("type") == "file":
            self.inside.append(any(self._open))
        if tag == "div":
            self._open.append("data-file" in said)

    def handle_endtag(self, tag: str) -> None:
        if tag == "div" and self._open:
            self._open.pop()


def inputs(page: str) -> list[bool]:
    found = Inputs()
    found.feed(page)
    return found.inside


def sorts(of: type[forms.Widget]) -> Iterator[type[forms.Widget]]:
    yield of
    for one in of.__subclasses__():
        yield from sorts(one)


def test_no_file_input_is_written_outside_of_the_component() -> None:
    files = [p for p in ROOT.rglob("*") if p.suffix in {".html", ".js", ".py"}]
    assert {str(p.relative_to(ROOT)) for p in files if WRITTEN.search(p.read_text(encoding="utf-8"))} == ITS_PLACES


@pytest.mark.parametrize("widget", list(sorts(forms.FileInput)), ids=lambda w: w.__name__)
def test_every_control_that_takes_a_file_is_the_component(widget: type[forms.Widget]) -> None:
    assert inputs(str(widget().render("upload", None))) == [True]


def test_hint_error_and_words_are_read_with_the_input() -> None:
    class Upload(forms.Form):
        upload = forms.FileField(help_text="不超过 50 MB")

    page = engines["django"].from_string("{% field form.upload %}").render({"form": Upload({}, {})})
    (described,) = re.findall(r'aria-describedby="([^"]+)"', page)
    assert set(described.split()) == {"id_upload-hint", "id_upload-error", "id_upload-said"}
    assert set(described.split()) <= set(re.findall(r'id="([^"]+)"', page))
    assert "还没选文件" in page


def test_camera_of_a_phone_is_asked_for() -> None:
    page = forms.FileInput({"capture": "environment", "accept": "image/*"}).render("photo", None)
    assert 'capture="environment"' in page
    assert "拍照或选照片" in page


def test_pages_show_the_component_and_never_the_bare_control(cast: Cast) -> None:
    home, client = community(cast.areas[STREET]), cast.client("city_lead")
    for page in PAGES:
        answer = client.get(page.format(home.pk))
        assert (page, inputs(answer.content.decode())) == (page, [True])
