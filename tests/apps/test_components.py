"""The components of our pages: what they write, and what they refuse to hide."""

import re
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.conf import settings
from django.template import engines
from django.test import Client

from jiugai.web.parts.icons import UnknownIcon, icon
from jiugai.web.parts.marks import chinese_number, source

ROOT = Path(settings.BASE_DIR) / "jiugai"
TEMPLATES = sorted(ROOT.glob("*/templates/**/*.html"))
STYLES = sorted((ROOT / "web/static/web/css").glob("*.css"))


def show(template: str, **context: object) -> str:
    return engines["django"].from_string(template).render(context).strip()


@pytest.mark.parametrize(
    ("template", "value", "shown"),
    [
        ("{{ v|n0 }}", 43866, "43,866"),
        ("{{ v|n1 }}", "-1234.56", "−1,234.6"),
        ("{{ v|n2 }}", Decimal("-0.001"), "0.00"),
        ("{{ v|n0 }}", 0, "0"),
        ("{{ v|wan }}", 43_866_000, "4,386.60"),
        ("{{ v|area }}", 118600, "118,600 ㎡"),
        ("{{ v|area }}", "62.5", "62.50 ㎡"),
        ("{{ v|area_wan }}", 118600, "11.86 万㎡"),
        ("{{ v|percent }}", Fraction(2, 3), "66.6%"),
        ("{{ v|percent }}", 0.29, "29.0%"),
        ("{{ v|percent }}", Decimal("-0.2759"), "−27.5%"),
        ("{{ v|share_of:94 }}", 58, "61.7%"),
        ("{{ v|plain_number }}", Decimal("41000.00"), "41,000"),
        ("{{ v|plain_number }}", Decimal("0.50"), "0.5"),
        ("{{ v|month_day }}", "06-01", "6月1日"),
    ],
)
def test_numbers_are_written_as_the_offices_write_them(template: str, value: object, shown: str) -> None:
    assert show(template, v=value) == shown


@pytest.mark.parametrize(
    "name", ["n0", "n2", "plain_number", "wan", "percent", "area", "cn_date", "cn_time", "cn_full_date", "known"]
)
@pytest.mark.parametrize("value", [None, "", float("nan")])
def test_missing_value_is_marked_and_never_looks_like_zero(name: str, value: object) -> None:
    if name == "known" and value not in (None, ""):
        return
    shown = show("{{ v|" + name + " }}", v=value)
    assert "资料不足" in shown
    assert "j-unknown" in shown


def test_share_of_nothing_is_unknown() -> None:
    assert "资料不足" in show("{{ 0|share_of:0 }}")


def test_zero_and_false_are_known() -> None:
    assert show("{{ 0|known }} {{ v|known }}", v=False) == "0 False"


@pytest.mark.parametrize(
    ("template", "value", "shown"),
    [
        ("{{ v|cn_date:today }}", date(2026, 3, 9), "3月9日"),
        ("{{ v|cn_date:today }}", date(2025, 12, 5), "2025年12月5日"),
        ("{{ v|cn_full_date }}", date(2026, 3, 9), "2026年3月9日"),
        ("{{ v|cn_time:today }}", datetime(2026, 11, 23, 1, 2, tzinfo=ZoneInfo("UTC")), "11月23日 9时02分"),
        ("{{ v|cn_date:today }}", datetime(2025, 12, 31, 18, 0, tzinfo=ZoneInfo("UTC")), "1月1日"),
        ("{% cn_years 1955 v %}", 1999, "1955—1999年"),
        ("{% cn_years 1981 v %}", None, "1981年"),
    ],
)
def test_dates_leave_out_this_year(template: str, value: object, shown: str) -> None:
    assert show(template, v=value, today=date(2026, 11, 23)) == shown


def test_unknown_figure_has_no_unit() -> None:
    assert "万户" in show('{% figure "户数" v|n0 "万户" %}', v=3)
    assert "万户" not in show('{% figure "户数" v|n0 "万户" %}', v=None)


def test_clause_names_its_task() -> None:
    assert "任务二 T02-5" in show('{% clause "T02-5" %}')
    assert "民法典第二百七十八条" in show('{% clause "民法典第二百七十八条" %}')
    assert [chinese_number(n) for n in (10, 15, 20, 32)] == ["十", "十五", "二十", "三十二"]


def test_made_up_value_is_marked_so_whatever_its_source() -> None:
    claim = {"provenance": "demo", "source": {"mark": "off", "name": "官方名单"}}
    assert ">演<" in source(claim)


def test_source_mark_tells_name_and_date() -> None:
    claim = {"source": {"mark": "crawl", "name": "链家小区"}, "observed_on": date(2019, 5, 1)}
    assert "公开抓取，非官方，链家小区，2019年5月1日" in source(claim)


def test_text_of_people_is_escaped() -> None:
    for template in ('{% state "ok" v %}', "{{ v|known }}", "{% panel v %}{% endpanel %}", "{% clause v quote=v %}"):
        assert "<script" not in show(template, v="<script>")


def test_unknown_icon_is_an_error_in_tests() -> None:
    with pytest.raises(UnknownIcon):
        icon("no-such-icon")
    with pytest.raises(UnknownIcon):
        icon("../filled/x")


def test_every_icon_named_in_a_template_exists() -> None:
    named = {name for t in TEMPLATES for name in re.findall(r"""(?<!data-)\bicon[ =]"([a-z0-9-]+)\"""", t.read_text())}
    assert len(named) > 20
    for name in named:
        assert "<path" in icon(name) or "<circle" in icon(name)


def test_no_template_carries_code_or_events_that_the_content_policy_stops() -> None:
    for template in TEMPLATES:
        text = template.read_text()
        assert not re.search(r"\son[a-z]+\s*=\s*[\"']", text), template
        assert not re.search(r"<script(?![^>]*\b(src|nonce|type=\"application/json\"))", text), template
        assert not re.search(r"(?:src|href)=\"(?:https?:)?//", text), template


def test_words_on_screen_follow_the_style() -> None:
    for template in TEMPLATES:
        text = re.sub(r"{#.*?#}|{% comment %}.*?{% endcomment %}", "", template.read_text(), flags=re.DOTALL)
        for word in ("！", "操作失败", "非法输入", ">确定<", ">取消<"):
            assert word not in text, (template, word)


def test_colours_have_their_value_in_one_place_only() -> None:
    allowed = {"tokens.css", "print.css"}
    for style in STYLES:
        if style.name not in allowed:
            assert not re.search(r"#[0-9a-fA-F]{3,8}\b", style.read_text()), style


def test_only_two_weights_and_nothing_smaller_than_12() -> None:
    for style in STYLES:
        text = style.read_text()
        assert not re.search(r"font-weight:\s*[56]00", text), style
        assert not re.search(r"font-size:\s*(?:\d|1[01])px", text), style


def test_phone_rules_do_not_reach_paper() -> None:
    for style in STYLES:
        for query in re.findall(r"@media ([^{]*max-width[^{]*)", style.read_text()):
            assert query.startswith("screen and"), (style, query)


def test_gate_lists_fails_before_unknowns_and_folds_passes() -> None:
    findings = [
        {"outcome": "pass", "title": "有许可证"},
        {"outcome": "unknown", "title": "没找到方案"},
        {"outcome": "fail", "title": "还有违建"},
    ]
    shown = show("{% gate findings %}", findings=findings)
    assert shown.index("还有违建") < shown.index("没找到方案") < shown.index("有许可证")
    assert "3 条规则" in shown
    assert shown.index("<details") < shown.index("有许可证")


class OneField(forms.Form):
    amount = forms.IntegerField(label="合同金额", help_text="含税")
    note = forms.CharField(label="备注", required=False)


def test_field_puts_the_error_between_label_and_control() -> None:
    form = OneField({"amount": "x"})
    shown = show('{% field form.amount unit="万元" %}', form=form)
    order = [shown.index(part) for part in ("合同金额", "含税", "j-err", "<input", "万元")]
    assert order == sorted(order)
    assert 'aria-invalid="true"' in shown
    assert 'value="x"' in shown


def test_only_optional_fields_are_marked() -> None:
    form = OneField()
    assert "选填" not in show("{% field form.amount %}", form=form)
    assert "（选填）" in show("{% field form.note %}", form=form)


def test_error_summary_links_to_the_fields() -> None:
    shown = show("{% error_summary form %}", form=OneField({}))
    assert 'href="#id_amount"' in shown
    assert "1 处要改，没有保存" in shown
    assert show("{% error_summary form %}", form=OneField({"amount": "1"})) == ""


def test_confirmation_says_the_consequence_before_the_act() -> None:
    shown = show('{% confirm "作废 3 张" "作废这 3 张选票？" url="/x/" keep="先不作废" %}不能恢复{% endconfirm %}')
    assert shown.index("不能恢复") < shown.index("先不作废") < shown.index('type="submit"')


def test_finished_progress_asks_no_more() -> None:
    job = {"title": "导入", "done": 3, "total": 9, "poll_url": "/p/", "finished": False}
    assert 'hx-get="/p/"' in show("{% progress job %}", job=job)
    assert "hx-get" not in show("{% progress job %}", job=job | {"finished": True})


@pytest.mark.django_db
def test_gallery_shows_every_component(client: Client) -> None:
    page = client.get("/gallery/")
    assert page.status_code == 200
    parts = {p.stem for p in (ROOT / "web/templates/web/parts").glob("*.html")} - {"flash"}
    assert len(parts) > 15
    assert page.content.count(b"<h1>") == 1


@pytest.mark.django_db
def test_gallery_is_not_there_in_production(client: Client, settings: pytest.FixtureRequest) -> None:
    settings.DEMO = False  # type: ignore[attr-defined]
    assert client.get("/gallery/").status_code == 404


@pytest.mark.django_db
def test_server_error_shows_its_number_and_nothing_of_the_inside(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.raise_request_exception = False
    monkeypatch.setattr("jiugai.web.views.sample", lambda: 1 / 0)
    page = client.get("/gallery/")
    text = page.content.decode()
    assert page.status_code == 500
    assert page.headers["X-Request-Id"] in text
    assert "ZeroDivision" not in text
    assert "没有写入" in text


@pytest.mark.django_db
def test_link_back_never_leads_elsewhere(client: Client) -> None:
    page = client.post("/gallery/", headers={"referer": "https://evil.example/x"})
    assert "evil.example" not in page.content.decode()


@pytest.mark.django_db
def test_error_page_stands_when_not_even_the_person_can_be_read(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(request: object) -> None:
        raise ConnectionError("database away")

    client.raise_request_exception = False
    monkeypatch.setattr("jiugai.accounts.middleware._actor", fail)
    page = client.get("/gallery/")
    assert page.status_code == 500
    assert page.headers["X-Request-Id"] in page.content.decode()
    assert "j-rail" not in page.content.decode()
