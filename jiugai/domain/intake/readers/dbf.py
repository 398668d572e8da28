"""The table of a Shapefile: in which encoding its texts are, and names and texts cut in the middle of a letter."""

from pathlib import Path

# Layout of the table's head: 32 bytes, then 32 per field beginning with an 11-byte name, then 0x0D.
HEADER, DESCRIPTOR, NAME, END_OF_FIELDS = 32, 32, 11, 0x0D
FIRST_RECORD, RECORD = 8, 10  # two bytes each: where the records begin, how long each is
TYPE, WIDTH = 11, 16  # within a field's description
# What .cpg files of Chinese software say; GDAL knows few of these names.
NAMES = {
    "UTF-8": "UTF-8", "UTF8": "UTF-8", "65001": "UTF-8",
    "GBK": "GB18030", "GB2312": "GB18030", "GB18030": "GB18030", "936": "GB18030", "CP936": "GB18030",
    "ANSI 936": "GB18030", "EUC-CN": "GB18030",
}  # fmt: skip


def dbf_encoding(folder: Path) -> str:
    """Return the encoding of `layer.dbf`: what `layer.cpg` says if that reads it, else what does."""
    said = folder / "layer.cpg"
    named = NAMES.get(said.read_text(encoding="ascii", errors="ignore").strip().upper(), "") if said.exists() else ""
    table = folder / "layer.dbf"
    content = table.read_bytes()[32:] if table.exists() else b""
    order = [named, "UTF-8", "GB18030"] if named else ["UTF-8", "GB18030"]
    return min(order, key=lambda encoding: (_unreadable(content, encoding), order.index(encoding)))


def _unreadable(content: bytes, encoding: str) -> int:
    """Count what an encoding cannot read; long texts cut in the middle of a letter give a few in the right one too."""
    return content.decode(encoding, errors="replace").count("\ufffd")


def mend_half_letters(table: Path, encoding: str) -> None:
    """Drop half letters at the end of field names and texts, on which GDAL's binding refuses the whole table.

    Ten bytes cut Chinese field names anywhere, and longer texts are cut at the width of their field.
    """
    content = bytearray(table.read_bytes())
    texts, place, start = [], HEADER, 1
    while place + DESCRIPTOR <= len(content) and content[place] != END_OF_FIELDS:
        _drop_half(content, place, NAME, encoding, pad=b"\0")
        width = content[place + WIDTH]
        if content[place + TYPE : place + TYPE + 1] == b"C":
            texts.append((start, width))
        start += width
        place += DESCRIPTOR
    if _unreadable(bytes(content[place + 1 :]), encoding):
        _mend_texts(content, texts, encoding)
    table.write_bytes(content)


def _mend_texts(content: bytearray, texts: list[tuple[int, int]], encoding: str) -> None:
    """Drop what cannot be read from the text cells; `texts` are their places and widths within a record."""
    first, step = (int.from_bytes(content[at : at + 2], "little") for at in (FIRST_RECORD, RECORD))
    for record in range(first, len(content) - step + 1, step or len(content)):
        for start, width in texts:
            _drop_half(content, record + start, width, encoding, pad=b" ")


def _drop_half(content: bytearray, place: int, width: int, encoding: str, *, pad: bytes) -> None:
    said = bytes(content[place : place + width])
    text = said.split(b"\0")[0] if pad == b"\0" else said
    whole = text.decode(encoding, errors="ignore").encode(encoding)
    if whole != text:
        content[place : place + width] = whole.ljust(width, pad)[:width]
