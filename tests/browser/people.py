"""People at their devices: a hand that counts its taps, and the devices' sizes."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Locator, Page

PHONE = {"width": 390, "height": 844}
TABLET = {"width": 820, "height": 1180}
DESK = {"width": 1180, "height": 900}


@dataclass
class Hand:
    """A finger on a device that counts what it taps. Typing and scanning are no taps."""

    page: Page
    taps: int = 0

    def tap(self, what: Locator | str) -> None:
        """Tap once; what follows is waited for by what is expected of it."""
        self.taps += 1
        (self.page.locator(what) if isinstance(what, str) else what).first.click()

    def write(self, **fields: str) -> None:
        """Type into fields."""
        for name, text in fields.items():
            self.page.fill(f"#f-{name}", text)

    def scan(self, field: str, code: str) -> None:
        """A scanner types and presses Enter."""
        self.page.fill(f"#f-{field}", code)
        self.page.press(f"#f-{field}", "Enter")
