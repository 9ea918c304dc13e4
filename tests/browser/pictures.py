"""Pictures for the docs, taken on the way through a journey where `PICTURES` names a folder (`make pictures`)."""

from __future__ import annotations

import io
import os
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page

FOLDER = os.environ.get("PICTURES")
COLOURS = 96
MOST_BYTES = 120 * 1024


def picture(page: Page, name: str, language: str) -> None:
    """Keep what the device shows now as `name.png` (Chinese) or `name-en.png`; a picture too large is an error."""
    if FOLDER is None:
        return
    page.evaluate("document.activeElement?.blur()")
    page.wait_for_timeout(400)  # what moves has come to rest
    shown = Image.open(io.BytesIO(page.screenshot())).convert("RGB").quantize(COLOURS)
    path = Path(FOLDER) / f"{name}{'-en' if language == 'en' else ''}.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    shown.save(path, optimize=True)
    assert path.stat().st_size <= MOST_BYTES, f"{path} is too large"
