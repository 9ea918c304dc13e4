"""Pictures for tests, drawn here: a photo as a phone sends it, a signature as the pad does."""

from __future__ import annotations

import hashlib
import io

from PIL import Image, ImageDraw


def phone_photo(width: int = 2400, height: int = 1800) -> bytes:
    """A large JPEG with EXIF: where it was taken, and that it was held upright."""
    small = Image.frombytes("RGB", (48, 36), hashlib.shake_256(b"a face").digest(48 * 36 * 3))
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Secret Camera"
    out = io.BytesIO()
    small.resize((width, height)).save(out, "JPEG", quality=92, exif=exif)
    return out.getvalue()


def pad_strokes(width: int = 700, height: int = 240) -> bytes:
    """A transparent PNG with dark lines."""
    picture = Image.new("RGBA", (width, height), (0, 0, 0, 0))
    ImageDraw.Draw(picture).line([(20, 200), (200, 40), (350, 180), (600, 60)], fill=(0, 0, 0, 255), width=4)
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
