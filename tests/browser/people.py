"""People at their browsers: each signs in on a device of their own; errors the browser reports fail the test."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Page

from tests.product import Product

PASSWORD = "correct horse battery"
PHONE = {"width": 390, "height": 844}
TABLET = {"width": 820, "height": 1180}
DESK = {"width": 1180, "height": 900}


@dataclass
class Front:
    """A product seen through a real browser."""

    product: Product
    browser: Browser
    javascript: bool = True
    language: str = "zh-CN"
    complaints: list[str] = field(default_factory=list)

    def page(self, size: dict[str, int]) -> Page:
        """A fresh browser on a device of this size."""
        options: dict[str, Any] = {"viewport": size, "locale": self.language, "java_script_enabled": self.javascript}
        page = self.browser.new_context(**options).new_page()
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return page

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error" and "status of 4" not in message.text:
            self.complaints.append(message.text)

    def join(self, employee_no: str, name: str, *options: str) -> str:
        """Add somebody and return their one-time link."""
        command = ("user", "add", "--name", name, "--employee-no", employee_no, "--site", "HQ", *options)
        link: str = self.product.run(*command)["link"]
        return link

    def sign_in(self, employee_no: str, link: str, size: dict[str, int]) -> Page:
        """Set the password by the link, then sign in."""
        page = self.page(size)
        for _ in range(20):
            page.goto(link)
            page.fill("#f-password", PASSWORD)
            page.fill("#f-again", PASSWORD)
            page.click("main form button[type=submit]")
            page.wait_for_load_state()
            if page.locator("#f-again").count() == 0:
                break
            page.wait_for_timeout(300)  # the person was added a moment ago and is on the way here
        page.goto(self.product.address + "/login")
        page.fill("#f-employee_no", employee_no)
        page.fill("#f-password", PASSWORD)
        page.click("#form button[type=submit]")
        page.wait_for_url("**/inbox")
        return page

    def tablet(self, door: str = "MAIN") -> Page:
        """A tablet paired to a door."""
        code = self.product.run("device", "pair", "--door", door)["code"]
        page = self.page(TABLET)
        page.goto(self.product.address + "/kiosk")
        page.fill("#f-code", code)
        page.click("#form button[type=submit]")
        page.wait_for_url("**/kiosk")
        return page
