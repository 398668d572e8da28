"""The table of a Shapefile: in which encoding its texts are, and field names cut in the middle of a letter."""

from pathlib import Path

# Layout of the table's head: 32 bytes, then 32 per field beginning with an 11-byte name, then 0x0D.
HEADER, DESCRIPTOR, NAME, END_OF_FIELDS = 32, 32, 11, 0x0D
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


def mend_field_names(table: Path, encoding: str) -> None:
    """Drop half letters at the end of field names: ten bytes cut Chinese names anywhere, and GDAL refuses the rest."""
    content = bytearray(table.read_bytes())
    place = HEADER
    while place + DESCRIPTOR <= len(content) and content[place] != END_OF_FIELDS:
        name = bytes(content[place : place + NAME]).split(b"\0")[0]
        whole = name.decode(encoding, errors="ignore").encode(encoding)
        content[place : place + NAME] = whole.ljust(NAME, b"\0")
        place += DESCRIPTOR
    table.write_bytes(content)
