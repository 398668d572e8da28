"""The frame and the components in a real browser: keys, choosing, type size, what can be measured of the look."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.looks import faults_of

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture(params=[(1440, 900)], ids=["desk"])
def gallery(request: pytest.FixtureRequest, browser: Browser, live_server: LiveServer) -> Iterator[Page]:
    width, height = request.param
    page = browser.new_page(viewport={"width": width, "height": height})
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.goto(f"{live_server.url}/gallery/", wait_until="networkidle")
    yield page
    page.close()
    assert errors == []


@pytest.mark.parametrize("gallery", [(1440, 900), (1280, 800), (390, 844)], indirect=True)
def test_components_can_be_read_and_fit(gallery: Page) -> None:
    assert faults_of(gallery) == []


def test_rows_are_walked_and_chosen_by_key(gallery: Page) -> None:
    rows = gallery.locator("[data-row]")
    gallery.keyboard.press("j")
    gallery.keyboard.press("x")
    expect(rows.nth(0)).to_have_attribute("aria-selected", "true")
    expect(gallery.locator("[data-bulk] b")).to_have_text("已选 2 个")
    gallery.keyboard.press("Escape")
    expect(gallery.locator("[data-bulk]")).to_be_hidden()
    expect(gallery.locator("[data-tools]")).to_be_visible()


def test_shift_click_chooses_a_range(gallery: Page) -> None:
    boxes = gallery.locator("[data-row] input")
    boxes.nth(1).uncheck()
    boxes.nth(0).check()
    boxes.nth(2).click(modifiers=["Shift"])
    expect(gallery.locator("[data-row][aria-selected=true]")).to_have_count(3)
    expect(gallery.locator("[data-all]")).to_be_checked()


def test_letters_typed_into_a_field_are_text(gallery: Page) -> None:
    gallery.keyboard.press("Escape")  # puts the choice down, so that the toolbar with its search is there
    gallery.keyboard.press("/")
    gallery.keyboard.type("jx?")
    expect(gallery.locator("[data-page-search]")).to_have_value("jx?")
    expect(gallery.locator("[data-row].at")).to_have_count(0)


def test_confirmation_puts_the_focus_on_the_way_out(gallery: Page) -> None:
    confirm = gallery.locator("details[data-confirm]")
    confirm.locator("summary").click()
    expect(confirm.locator("[data-close]")).to_be_focused()
    gallery.keyboard.press("Enter")
    expect(confirm.locator("form")).to_be_hidden()


def test_question_mark_lists_the_keys(gallery: Page) -> None:
    gallery.keyboard.press("?")
    expect(gallery.locator("#j-keys")).to_be_visible()
    gallery.keyboard.press("Escape")
    expect(gallery.locator("#j-keys")).to_be_hidden()


def test_closed_button_can_be_reached_and_does_nothing(gallery: Page) -> None:
    closed = gallery.locator("[aria-disabled=true]").first
    closed.focus()
    expect(closed).to_be_focused()
    before = gallery.url
    gallery.keyboard.press("Enter")
    assert gallery.url == before


def test_file_that_is_chosen_is_named_and_can_be_put_back(gallery: Page) -> None:
    field, said = gallery.get_by_label("依据材料"), gallery.locator("[data-file-said]")
    expect(said).to_have_text("还没选文件")
    field.focus()
    assert gallery.evaluate("getComputedStyle(document.querySelector('.j-file')).boxShadow") != "none"
    field.set_input_files({"name": "竣工图.pdf", "mimeType": "application/pdf", "buffer": b"x" * 2_000_000})
    expect(said).to_have_text("竣工图.pdf　1.9 MB")
    gallery.get_by_role("button", name="不选了").click()
    expect(said).to_have_text("还没选文件")
    assert field.evaluate("one => one.files.length") == 0
    field.evaluate("one => { one.multiple = true }")
    field.set_input_files([{"name": f"{n}.pdf", "mimeType": "application/pdf", "buffer": b"x" * 5_000} for n in "abc"])
    expect(said).to_have_text("选了 3 个文件　共 15 KB")


def test_without_script_the_browsers_own_control_takes_the_file(browser: Browser, live_server: LiveServer) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(f"{live_server.url}/gallery/")
    expect(page.locator("[data-file-said]")).to_be_hidden()
    assert page.locator("[data-file] > input").bounding_box()["height"] > 20  # type: ignore[index]
    page.close()
