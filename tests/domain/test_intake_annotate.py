"""The person gets the same workbook back, with comments where something is wrong."""

from openpyxl import Workbook, load_workbook

from jiugai.domain.intake.annotate import Note, annotate_rows, annotate_workbook

NOTE = Note("违建", 3, "B", "没有 13 月。改成真实日期")


def test_comments_stand_in_the_wrong_cells_of_the_same_workbook(tmp_path):
    book = Workbook()
    book.active.title = "违建"
    for row in (["编号", "日期"], ["1", "2026-12-02"], ["2", "2026-13-02"]):
        book.active.append(row)
    book.active["A1"].number_format = "@"
    book.create_sheet("说明")["A1"] = "填表说明"
    book.save(tmp_path / "in.xlsx")

    assert annotate_workbook(tmp_path / "in.xlsx", tmp_path / "out.xlsx", [NOTE]) == 1

    out = load_workbook(tmp_path / "out.xlsx")
    assert out["违建"]["B3"].comment.text == NOTE.text
    assert out["违建"]["B2"].comment is None
    assert (out["违建"]["A1"].number_format, out["说明"]["A1"].value) == ("@", "填表说明")


def test_cell_inside_a_merge_does_not_stop_the_others(tmp_path):
    book = Workbook()
    book.active.append(["a", "b"])
    book.active.append([1, 2])
    book.active.merge_cells("A2:B2")
    book.save(tmp_path / "in.xlsx")
    notes = [Note("Sheet", 2, "B", "x"), Note("Sheet", 2, "A", "y")]
    assert annotate_workbook(tmp_path / "in.xlsx", tmp_path / "out.xlsx", notes) == 1


def test_rows_of_a_csv_become_a_workbook_in_which_text_stays_text(tmp_path):
    rows = [(2, ["1111027376301", "2026-12-02"]), (3, ["=1+1", "2026-13-02"])]
    assert annotate_rows(tmp_path / "out.xlsx", {"违建": (["编号", "日期"], rows)}, [NOTE]) == 1
    page = load_workbook(tmp_path / "out.xlsx")["违建"]
    assert page["B3"].comment.text == NOTE.text
    assert (page["A2"].value, page["A2"].data_type) == ("1111027376301", "s")
    assert (page["A3"].value, page["A3"].data_type) == ("=1+1", "s")
