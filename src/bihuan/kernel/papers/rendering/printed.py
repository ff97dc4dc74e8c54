"""Papers as PDF, set by typst.

Our page is a fixed layout that reads one JSON text; nothing a person wrote is ever read as markup.
"""

import json
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import Any, cast

import segno
import typst
from django.conf import settings
from django.utils.translation import gettext as _

from bihuan.kernel.errors import Unavailable
from bihuan.kernel.papers.rendering.sheet import Sheet, sheet

#: What GB/T 9704-2012 asks for, then what is free; the first installed is taken.
FACES = {
    "title": ("FZXiaoBiaoSong-B05S", "方正小标宋简体", "Noto Serif CJK SC", "Source Han Serif SC"),
    "body": (
        "FangSong_GB2312",
        "仿宋_GB2312",
        "FangSong",
        "仿宋",
        "Noto Serif CJK SC",
        "Source Han Serif SC",
    ),
    "kai": ("KaiTi_GB2312", "楷体_GB2312", "KaiTi", "楷体", "Noto Serif CJK SC", "Source Han Serif SC"),
    "black": ("SimHei", "黑体", "Noto Sans CJK SC", "Source Han Sans SC"),
    "song": ("SimSun", "宋体", "Noto Serif CJK SC", "Source Han Serif SC"),
}


def pdf(paper_id: int) -> bytes:
    """Return a paper as PDF; raise Unavailable when the machine has no Chinese font."""
    return set_pages(sheet(paper_id))


@cache
def _compiler() -> tuple[typst.Compiler, frozenset[str]]:
    folders = [settings.FONTS_DIR] if settings.FONTS_DIR else []
    fonts = typst.Fonts(font_paths=folders)
    return typst.Compiler(font_paths=fonts), frozenset(fonts.families())


@cache
def _layout() -> bytes:
    return files("bihuan.kernel.papers.rendering").joinpath("paper.typ").read_bytes()


@cache
def faces() -> dict[str, list[str]]:
    """Return, for each face, the families installed here in the order wanted; raise Unavailable for none."""
    _compile, families = _compiler()
    found = {face: [name for name in names if name in families] for face, names in FACES.items()}
    if not all(found.values()):
        text = _(
            "No Chinese font is installed here: install fonts-noto-cjk, or name a folder in BIHUAN_FONTS."
        )
        raise Unavailable(text, where="fonts")
    return found


def substitutes() -> bool:
    """Whether free fonts stand in for those the standard names."""
    return faces()["title"][0] not in FACES["title"][:2] or faces()["body"][0] not in FACES["body"][:4]


def set_pages(page: Sheet) -> bytes:
    """Return the sheet as PDF."""
    inputs = {"sheet": page.dumps(), "faces": json.dumps(faces()), "qr": _qr(page.check_url)}
    if not substitutes():
        inputs["own_fonts"] = "yes"
    compiler, _families = _compiler()
    # The moment a file was made says nothing of the paper; without it the same paper is the same bytes.
    stamp = datetime(2000, 1, 1, tzinfo=UTC)
    made: Any = compiler.compile(input=_layout(), format="pdf", sys_inputs=inputs, timestamp=stamp)
    return cast("bytes", made)


def _qr(text: str) -> str:
    out = BytesIO()
    segno.make_qr(text, error="M").save(out, kind="svg", scale=2, border=0)
    return out.getvalue().decode()


def picture(svg: str) -> bytes:
    """Return a drawing as PNG, for word processors that know no SVG."""
    source = (
        b"#set page(width: 156mm, height: auto, margin: 0mm)\n"
        b'#image(bytes(sys.inputs.at("svg")), format: "svg", width: 156mm)'
    )
    compiler, _families = _compiler()
    made: Any = compiler.compile(input=source, format="png", ppi=200, sys_inputs={"svg": svg})
    return cast("bytes", made)
