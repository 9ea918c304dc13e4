"""Making a visitor's picture small and harmless: read by its first bytes, drawn anew, without any metadata."""

from __future__ import annotations

import io
import warnings
from typing import TYPE_CHECKING

from services.visitor.consents.rules import MOST_PHOTO, MOST_SIGNATURE

if TYPE_CHECKING:
    from PIL import Image

MAGIC = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF")
FORMATS = ("JPEG", "PNG", "WEBP")
MOST_PIXELS = 24_000_000
SIDE = 640
STROKE = (600, 240)


def photo(data: bytes) -> bytes | None:
    """A JPEG of at most 60 KB and 640 pixels, upright, without EXIF; None for what is no picture."""
    picture = _opened(data)
    if picture is None:
        return None
    picture.thumbnail((SIDE, SIDE))
    for quality in (82, 70, 55, 40):
        out = io.BytesIO()
        picture.save(out, "JPEG", quality=quality, optimize=True)
        if out.tell() <= MOST_PHOTO:
            return out.getvalue()
    return None


def strokes(data: bytes) -> bytes | None:
    """A small PNG of a drawn signature, dark on white; None for what is no picture."""
    picture = _opened(data)
    if picture is None:
        return None
    picture.thumbnail(STROKE)
    out = io.BytesIO()
    picture.convert("L").quantize(8).save(out, "PNG", optimize=True)
    return out.getvalue() if out.tell() <= MOST_SIGNATURE else None


def _opened(data: bytes) -> Image.Image | None:
    """The picture as plain colours on white, turned as it was held. Pixels are counted before they are read."""
    if not data.startswith(MAGIC):
        return None
    from PIL import Image, ImageOps

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            opened = Image.open(io.BytesIO(data), formats=FORMATS)
            if opened.width * opened.height > MOST_PIXELS:
                return None
            upright = ImageOps.exif_transpose(opened).convert("RGBA")
    except (OSError, ValueError, SyntaxError, Warning, Image.DecompressionBombError):
        return None
    white = Image.new("RGBA", upright.size, "white")
    return Image.alpha_composite(white, upright).convert("RGB")
