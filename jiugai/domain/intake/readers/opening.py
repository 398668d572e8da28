"""Opens a file of any kind we take as its tables."""

from pathlib import Path

from jiugai.domain.intake.readers.delimited import DelimitedTable
from jiugai.domain.intake.readers.layers import open_layers
from jiugai.domain.intake.readers.workbook import open_workbook
from jiugai.domain.intake.rows import Table
from jiugai.domain.intake.sniff import Kind, NotReadable, Sniffed


class NothingInside(NotReadable):
    """The file is sound but holds no row below a header."""

    code = "file_without_rows"


def open_tables(path: Path, found: Sniffed, *, name: str) -> list[Table]:
    """Open the sheets or layers of a file that `sniff` has looked at; those without any row are left out.

    `name` is the file's name as the person knows it. Raises NotReadable (or a subclass), also for GIS files whose
    coordinates cannot be read.
    """
    tables = [table for table in _open(path, found, name) if next(iter(table.rows()), None) is not None]
    if not tables:
        raise NothingInside("文件里没有数据行", where=name, remedy="表头下面至少要有一行数据")
    return tables


def _open(path: Path, found: Sniffed, name: str) -> list[Table]:
    stem = name.removesuffix(".gz").rpartition(".")[0] or name
    if found.kind is Kind.CSV:
        table = DelimitedTable(
            path, encoding=found.encoding, delimiter=found.delimiter or ",", packed=found.packed, name=stem
        )
        return [table]
    if found.kind in {Kind.XLSX, Kind.XLS}:
        return [*open_workbook(path, name=name)]
    return [*open_layers(path, found.kind, name=name, stem=stem)]
