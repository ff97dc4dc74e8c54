"""Pictures are drawn anew: place, device and time of taking do not travel with them."""

import io

from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from bihuan.kernel.errors import BadInput

#: More pixels than any office camera gives; beyond it a picture is a bomb.
MAX_PIXELS = 60_000_000
THUMB = (480, 480)

_FORMATS = {"jpg": "JPEG", "jpeg": "JPEG", "png": "PNG", "webp": "WEBP"}
_BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)


def redraw(data: bytes, ext: str) -> tuple[bytes, bytes]:
    """Return the picture without EXIF, comments and profiles, turned upright, and its thumbnail (WebP).

    Raises BadInput for a picture that is too large, damaged, or of a kind that can't be redrawn.
    """
    if ext not in _FORMATS:
        message = _(
            "Pictures of this kind can't be cleaned of their place of taking. Send it as JPEG or PNG."
        )
        raise BadInput(message, "file")
    try:
        with Image.open(io.BytesIO(data), formats=[_FORMATS[ext]]) as picture:
            width, height = picture.size
            if width * height > MAX_PIXELS:
                raise _too_large()
            upright = ImageOps.exif_transpose(picture)
            return _written(upright, _FORMATS[ext]), _thumbnail(upright)
    except _BOMBS as error:
        raise _too_large() from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError) as error:
        raise BadInput(_("The picture is damaged and can't be opened."), "file") from error


def _too_large() -> BadInput:
    millions = MAX_PIXELS // 1_000_000
    return BadInput(
        _("The picture has more than %(n)d million pixels. Make it smaller.") % {"n": millions}, "file"
    )


def _plain(picture: Image.Image, kind: str) -> Image.Image:
    """Return the pixels alone, in a mode the format can hold."""
    if kind == "JPEG":
        mode = "L" if picture.mode == "L" else "RGB"
    else:
        mode = "RGBA" if "A" in picture.getbands() or "transparency" in picture.info else "RGB"
    plain = Image.new(mode, picture.size)
    plain.paste(picture.convert(mode))
    return plain


def _written(picture: Image.Image, kind: str) -> bytes:
    out = io.BytesIO()
    _plain(picture, kind).save(out, kind, **({} if kind == "PNG" else {"quality": 88}))
    return out.getvalue()


def _thumbnail(picture: Image.Image) -> bytes:
    small = _plain(picture, "WEBP")
    small.thumbnail(THUMB)
    out = io.BytesIO()
    small.save(out, "WEBP", quality=75)
    return out.getvalue()
