"""Names of communities: one spelling for comparing, pinyin for searching."""

import re
import unicodedata
from functools import lru_cache

from pypinyin import Style, lazy_pinyin, load_phrases_dict

# How a community is called for which its source gave a number only.
NAMELESS = "未命名小区"
NUMERALS = "零〇一二三四五六七八九十百两"
# Counters before which a Chinese numeral is an ordinary number: 六号院 = 6号院, 二区 = 2区.
COUNTED = "号区期院条巷栋楼段组排座"
_NUMERAL = re.compile(rf"[{NUMERALS}]+(?=[{COUNTED}]|里$|里小区$)")
_NOT_LETTERS = re.compile(r"[^\w]|_")
_ENDING = re.compile(r"(?:住宅小区|居民小区|生活小区|家属小区|小区|社区|住宅区)$")
_YARD = re.compile(r"(?<=\d号)(?:大院|院)$")
_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
# Readings of Beijing places that a general dictionary gets wrong.
load_phrases_dict(
    {"大栅栏": [["da"], ["shi"], ["lan"]], "厂洼": [["chang"], ["wa"]], "重兴园": [["chong"], ["xing"], ["yuan"]]}
)


@lru_cache(maxsize=100_000)
def normalise(name: str) -> str:
    """Return the form in which two spellings of one community are equal.

    Full width becomes half width, blanks, brackets and points fall away, Chinese numerals before a counter become
    digits, and an ending that adds nothing (小区, 社区; 院 after a house number) is dropped. Latin letters become
    capitals. The name of a single building (6号楼) stays different from its yard (6号院).
    """
    text = _NUMERAL.sub(_as_digits, spelling(name))
    shorter = _ENDING.sub("", text)
    text = shorter if len(shorter) >= 2 else text
    return _YARD.sub("", text)


@lru_cache(maxsize=100_000)
def spelling(name: str) -> str:
    """Return a name without blanks, brackets and points, in half width and capitals: equal means written the same.

    Stricter than `normalise`: a record is tied to a row by it without asking a person.
    """
    return _NOT_LETTERS.sub("", unicodedata.normalize("NFKC", name)).upper()


def _as_digits(found: re.Match[str]) -> str:
    """Turn a numeral into digits, unless it is two names' numerals side by side: 东四四条 is 四条 of 东四."""
    text = found[0]
    return text if len(text) > 1 and not set(text) & set("十百零〇") else str(read_numeral(text))


def read_numeral(text: str) -> int:
    """Return the number that Chinese numerals below a thousand say: 二十三, 一百零五, also digit by digit 二〇三."""
    if not set(text) & set("十百"):
        return int("".join(str(_DIGITS[c]) for c in text))
    total, digit = 0, None
    for char in text:
        if char in "十百":
            total += (1 if digit is None else digit) * (10 if char == "十" else 100)
            digit = 0
        else:
            digit = _DIGITS[char]
    return total + (digit or 0)


def has_letter(name: str) -> bool:
    """Tell whether a name holds a letter of any script; digits and marks alone are a number in the wrong place."""
    return any(char.isalpha() for char in name)


def tidy(name: str) -> str:
    """Return a name as it is shown: half-width digits and letters, full-width brackets, no stray blanks."""
    text = unicodedata.normalize("NFKC", name).strip()
    text = re.sub(r"\s+", " ", text)
    return text.replace("(", "（").replace(")", "）")


def pinyin(name: str) -> str:
    """Return the syllables run together in small letters: guanzhuangdongli."""
    return _spell(name, Style.NORMAL)


def initials(name: str) -> str:
    """Return the first letters of the syllables in small letters: gzdl."""
    return _spell(name, Style.FIRST_LETTER)


def placeholder(source_label: str, key: str) -> str:
    """Return the name of a community for which its source gave a number only."""
    return f"{NAMELESS}（{source_label}{key}）"


def _spell(name: str, style: Style) -> str:
    text = _NOT_LETTERS.sub("", unicodedata.normalize("NFKC", name))
    return "".join(lazy_pinyin(text, style=style)).lower()
