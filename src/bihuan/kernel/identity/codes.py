"""Official codes and how they are written: divisions (GB/T 2260) and bodies (GB 32100-2015). Pure."""

import re

from stdnum.cn import uscc as stdnum_uscc

#: Digits of a division code's meaningful part, and the level it stands for.
LEVEL_OF_LENGTH = {2: "province", 4: "city", 6: "county", 9: "street", 12: "community"}
LENGTH_OF_LEVEL = {level: length for length, level in LEVEL_OF_LENGTH.items()}

#: Rows of division tables that name no place: they only group counties without a city.
PLACEHOLDERS = frozenset({"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"})

_USCC = re.compile(r"[1-9ANY][1-9][0-9]{6}[0-9ABCDEFGHJKLMNPQRTUWXY]{10}")


class BadCode(ValueError):
    """A code that can't be right; ``code`` says how: length, shape or checksum."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def checked_uscc(raw: str) -> str:
    """Return a 统一社会信用代码 without spaces, in capitals, its check digit proved.

    The first letter may be A, N or Y too (GB 32100-2015 table 1: village collectives are
    N2…), which is why the shape is ours and only the check digit is the library's.
    """
    number: str = stdnum_uscc.compact(raw)
    if len(number) != 18:
        raise BadCode("length")
    if not _USCC.fullmatch(number):
        raise BadCode("shape")
    if number[-1] != stdnum_uscc.calc_check_digit(number[:-1]):
        raise BadCode("checksum")
    return number


def trimmed(raw: str) -> str:
    """Return the meaningful digits of a division code: 2, 4, 6, 9 or 12 of them.

    Tables pad with zeros (430000, 430102001000) or not (43, 430102001); both mean the same.
    """
    code = raw.strip()
    if not (code.isascii() and code.isdigit() and len(code) in LEVEL_OF_LENGTH):
        raise BadCode("shape")
    for length, padding in ((12, "000"), (9, "000"), (6, "00"), (4, "00")):
        if len(code) == length and code.endswith(padding):
            code = code[: -len(padding)]
    if len(code) < 2 or code.startswith("0"):
        raise BadCode("shape")
    return code


def written(code: str) -> str:
    """Return a trimmed code as GB/T 2260 writes it: at least six digits."""
    return code.ljust(6, "0")


def is_statistical(code: str, name: str) -> bool:
    """Whether a trimmed code stands for a unit only statistics keep.

    County digits 71–79 are development and management zones, street and community digits
    from 400 are units similar to streets and villages (统计用区划代码, National Bureau of
    Statistics); placeholders group counties that no city governs.
    """
    if name in PLACEHOLDERS:
        return True
    if len(code) == 6:
        return "71" <= code[4:6] <= "79"
    return len(code) in {9, 12} and code[-3] in "456789"


_ENDINGS = ("街道办事处", "社区居民委员会", "居民委员会", "村民委员会", "社区居委会", "村委会", "居委会")
_KEPT = {
    "街道办事处": "街道",
    "社区居民委员会": "社区",
    "社区居委会": "社区",
    "村民委员会": "村",
    "村委会": "村",
}


def everyday(name: str) -> str:
    """Return the everyday form of a division's statistical name: 大塘村委会 is 大塘村."""
    for ending in _ENDINGS:
        if name.endswith(ending) and len(name) > len(ending):
            stem = name.removesuffix(ending)
            kept = _KEPT.get(ending, "")
            return stem if stem.endswith(kept) and kept else stem + kept
    return name


_STEMS = (
    "自治州",
    "自治县",
    "自治旗",
    "街道",
    "地区",
    "社区",
    "省",
    "市",
    "区",
    "县",
    "镇",
    "乡",
    "村",
    "旗",
)


def stem(name: str) -> str:
    """Return the name without its kind (芙蓉区 → 芙蓉), as people write it; short names stay whole."""
    short = everyday(name)
    for ending in _STEMS:
        if short.endswith(ending) and len(short) - len(ending) >= 2:
            return short.removesuffix(ending)
    return short


def pinyin(text: str, limit: int = 240) -> str:
    """Return the key that sorts a name as a Chinese dictionary does, at most ``limit`` letters."""
    from pypinyin import lazy_pinyin  # heavy, and only writers need it

    return "".join(lazy_pinyin(text)).lower()[:limit]
