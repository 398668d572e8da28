"""Names of downloads."""

from urllib.parse import unquote

from hypothesis import given
from hypothesis import strategies as st

from jiugai.web.downloads import MOST_BYTES, disposition, shortened


def test_a_long_chinese_name_keeps_its_ending_and_fits_a_file_system():
    name = "北京市朝阳区管庄地区管庄东里社区老旧小区综合整治项目" * 8 + "竣工图.pdf"
    assert shortened(name).startswith("北京市朝阳区")
    assert shortened(name).endswith("….pdf")
    assert unquote(disposition(name)).endswith("….pdf")


@given(st.text(max_size=400))
def test_no_name_is_too_long_and_a_short_one_stays(name: str):
    short = shortened(name)
    assert len(short.encode()) <= MOST_BYTES
    assert short == name or len(name.encode()) > MOST_BYTES
