"""What is kept of a picture, and which files are no picture at all."""

from __future__ import annotations

import io
import zlib

import pytest
from PIL import Image

from services.visitor.consents import pictures, rules
from tests.pictures_made import pad_strokes, phone_photo


def test_a_phones_photo_becomes_small_upright_and_says_nothing_of_where_it_was_taken() -> None:
    kept = pictures.photo(phone_photo())
    assert kept is not None
    assert len(kept) <= rules.MOST_PHOTO
    assert kept.startswith(b"\xff\xd8\xff")
    assert b"Exif" not in kept
    assert b"Secret Camera" not in kept
    picture = Image.open(io.BytesIO(kept))
    assert (picture.format, picture.size) == ("JPEG", (480, 640)), "turned as it was held"


def test_a_drawn_signature_becomes_a_small_png_on_white() -> None:
    kept = pictures.strokes(pad_strokes())
    assert kept is not None
    assert len(kept) <= rules.MOST_SIGNATURE
    picture = Image.open(io.BytesIO(kept)).convert("L")
    assert picture.getpixel((0, 0)) == 255
    assert min(picture.tobytes()) < 40


def bomb() -> bytes:
    """A PNG of a few bytes that says it has 900 million pixels."""
    head = b"IHDR" + (30_000).to_bytes(4, "big") * 2 + b"\x08\x02\x00\x00\x00"
    return b"\x89PNG\r\n\x1a\n" + (13).to_bytes(4, "big") + head + zlib.crc32(head).to_bytes(4, "big")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"GIF89a" + b"\x00" * 40,
        b"%PDF-1.7",
        b"\xff\xd8\xff" + b"\x00" * 40,
        phone_photo()[:400],
        bomb(),
    ],
    ids=["nothing", "svg", "gif", "pdf", "magic alone", "cut off", "bomb"],
)
def test_what_is_no_picture_is_not_opened(data: bytes) -> None:
    assert pictures.photo(data) is None
    assert pictures.strokes(data) is None


def test_what_hides_behind_a_picture_is_left_behind() -> None:
    kept = pictures.photo(phone_photo(300, 200) + b"<script>alert(1)</script>")
    assert kept is not None
    assert b"script" not in kept


@pytest.mark.parametrize(
    ("check", "name"),
    [
        (rules.photo_is_asked_for(False), "photo_is_asked_for"),
        (rules.signature_is_asked_for(False), "signature_is_asked_for"),
        (rules.consent_is_given(False), "consent_is_given"),
        (rules.picture_can_be_read(False), "picture_can_be_read"),
        (rules.signature_is_there("  ", False), "signature_is_there"),
        (rules.visitor_is_at_the_door(False), "visitor_is_at_the_door"),
        (rules.needs_the_picture(False), "needs_the_picture"),
    ],
)
def test_each_rule_can_refuse(check: object, name: str) -> None:
    assert not check
    assert check.rule.name == name  # type: ignore[attr-defined]


def test_a_typed_name_or_a_drawing_is_a_signature() -> None:
    assert rules.signature_is_there("王小明", False)
    assert rules.signature_is_there("", True)
