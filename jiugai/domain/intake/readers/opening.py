"""Opens a file of any kind we take as its tables."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from jiugai.domain.errors import Refusal
from jiugai.domain.intake.problems import Problem
from jiugai.domain.intake.readers.delimited import DelimitedTable
from jiugai.domain.intake.readers.layers import open_layers
from jiugai.domain.intake.readers.workbook import open_workbook
from jiugai.domain.intake.rows import Column, RawRow, Table
from jiugai.domain.intake.sniff import Kind, NotReadable, Sniffed

log = logging.getLogger(__name__)
HEAD_ROWS = 2000
"""How many rows of each table are read before a file is taken in; what breaks later stops the check with words."""
REMEDIES = {
    Kind.XLSX: "在 Excel 或 WPS 里打开，另存为 xlsx 后重新上传",
    Kind.XLS: "在 Excel 或 WPS 里打开，另存为 xlsx 后重新上传",
    Kind.CSV: "看这一行附近的引号是不是少了一个，改好后重新上传",
}
EXPORT_AGAIN = "在 GIS 软件里打开检查，重新导出后上传"


class NothingInside(NotReadable):
    """The file is sound but holds no row below a header, or no column beside its shapes."""

    code = "file_without_rows"


class Damaged(NotReadable):
    """The file breaks off or makes no sense where it is read."""

    code = "file_damaged"


def open_tables(path: Path, found: Sniffed, *, name: str) -> list[Table]:
    """Open the sheets or layers of a file that `sniff` has looked at; those without a column or row are left out.

    `name` is the file's name as the person knows it. Raises NotReadable (or a subclass), here and while rows are
    read, also for GIS files whose coordinates cannot be read.
    """
    with _readable(found.kind, name):
        opened: list[Table] = [_Careful(table, found.kind, name) for table in _open(path, found, name)]
    tables = [table for table in opened if table.columns and next(iter(table.rows()), None) is not None]
    if not tables:
        raise _nothing(opened, name)
    return tables


def read_head(path: Path, found: Sniffed, *, name: str) -> None:
    """Read the first rows of every table, and what is wrong with each as a whole. Raises NotReadable."""
    for table in open_tables(path, found, name=name):
        for _ in islice(table.rows(), HEAD_ROWS):
            pass
        with _readable(found.kind, name):
            _ = table.problems


def _nothing(opened: list[Table], name: str) -> NothingInside:
    if any(not table.columns and next(iter(table.rows()), None) for table in opened):
        words, remedy = "只有图形，没有一列文字或数字", "给图层加上小区名称等属性列，重新导出后上传"
        return NothingInside(words, where=name, remedy=remedy)
    return NothingInside("文件里没有数据行", where=name, remedy="表头下面至少要有一行数据")


class _Careful:
    """A table whose reader may stumble: it tells the row in words."""

    def __init__(self, table: Table, kind: Kind, file: str) -> None:
        self._table, self._kind, self._file = table, kind, file
        self.name: str = table.name
        self.columns: tuple[Column, ...] = table.columns

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What the table says of itself."""
        return self._table.problems

    def rows(self) -> Iterator[RawRow]:
        """Yield the rows of the table."""
        last = 0
        try:
            for row in self._table.rows():
                last = row.number
                yield row
        except Refusal:
            raise
        except Exception as problem:
            raise _damaged(self._kind, f"{self._file}，第 {last} 行以后" if last else self._file) from problem


@contextmanager
def _readable(kind: Kind, where: str) -> Iterator[None]:
    """Turn whatever a reader raises on a broken file into words.

    The range is wide on purpose: parsers of broken files raise anything, even UnboundLocalError (pyogrio on a broken
    .prj). What it was goes to the log.
    """
    try:
        yield
    except Refusal:
        raise
    except Exception as problem:
        raise _damaged(kind, where) from problem


def _damaged(kind: Kind, where: str) -> Damaged:
    log.warning("unreadable %s", kind.value, exc_info=True)
    return Damaged(f"{kind.label}读不出来，可能已损坏", where=where, remedy=REMEDIES.get(kind, EXPORT_AGAIN))


def _open(path: Path, found: Sniffed, name: str) -> list[Table]:
    stem = name.removesuffix(".gz").rpartition(".")[0] or name
    if found.kind is Kind.CSV:
        table = DelimitedTable(
            path, encoding=found.encoding, delimiter=found.delimiter or ",", packed=found.packed, name=stem
        )
        return [table]
    if found.kind in {Kind.XLSX, Kind.XLS}:
        return [*open_workbook(path)]
    return [*open_layers(path, found.kind, stem=stem)]
