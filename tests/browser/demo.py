"""The demonstration in real browsers: a month of a call centre's life, each of its cast signed in once."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import APIRequestContext, Browser, BrowserContext, StorageState

from cli.demo import PASSWORD
from tests.product import Product, running

ROOT = Path(__file__).parents[2]
TABLET = "tablet"
"""Who the paired tablet at the main door is; `tablet:FLOOR` is the one at another door."""
NOBODY = "nobody"
SETTINGS = {
    "GATEHOUSE_LOG": "off",
    "GATEHOUSE_DEMO": "true",
    "GATEHOUSE_PASSKEY_DAYS": "0",
    "GATEHOUSE_CALLS_PER_SECOND": "0",
}


def make_data(shared: Path) -> Path:
    """The demonstration's data, made once for all test processes by `gatehouse demo` itself."""
    shared.mkdir(exist_ok=True)
    with (shared / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        data = shared / "var/demo"
        if not (data / "filled").exists():
            command = [sys.executable, "-m", "cli.main", "demo", "--json"]
            environment = {**os.environ, "PYTHONPATH": str(ROOT)}
            done = subprocess.run(command, cwd=shared, env=environment, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr[-2000:]
        return data


@contextmanager
def showing(shared: Path, folder: Path, browser: Browser) -> Iterator[Demo]:
    """Serve a copy of the demonstration from `folder`."""
    shutil.copytree(make_data(shared), folder / "data")
    with running(folder, **SETTINGS) as product:
        demo = Demo(product, browser)
        yield demo
        demo.close()


@dataclass(frozen=True)
class Opened:
    """What stands at an address; `path` is where it led."""

    status: int
    path: str
    is_page: bool
    text: str


@dataclass
class Demo:
    """The served demonstration. People are named by their employee numbers."""

    product: Product
    browser: Browser
    _states: dict[str, StorageState] = field(default_factory=dict)
    _contexts: dict[str, BrowserContext] = field(default_factory=dict)

    def state(self, who: str) -> StorageState:
        """The cookies of somebody signed in, of a paired tablet, or of nobody."""
        if who not in self._states:
            context = self.browser.new_context(base_url=self.product.address)
            if who.startswith(TABLET):
                door = who.partition(":")[2] or "MAIN"
                code = self.product.run("device", "pair", "--door", door)["code"]
                self._enter(context.request, "/kiosk/pair", {"code": code})
            elif who != NOBODY:
                self._enter(context.request, "/login", {"employee_no": who, "password": PASSWORD})
            self._states[who] = context.storage_state()
            context.close()
        return self._states[who]

    def _enter(self, request: APIRequestContext, path: str, form: dict[str, str]) -> None:
        answer = request.post(path, form=dict(form), headers={"Origin": self.product.address}, max_redirects=0)
        assert answer.status == 303, answer.text()[:2000]

    def context(self, who: str, **options: Any) -> BrowserContext:
        """A fresh browser of theirs."""
        return self.browser.new_context(base_url=self.product.address, storage_state=self.state(who), **options)

    def context_anew(self, who: str) -> BrowserContext:
        """The same, of somebody who proves just now who they are: what needs a second check asks for none."""
        self._states.pop(who, None)
        return self.context(who)

    def get(self, who: str, path: str) -> Any:
        """What the API answers them."""
        answer = self._request(who).get(path)
        assert answer.ok, f"{path}: {answer.status} {answer.text()[:500]}"
        return answer.json()

    def post(self, who: str, path: str, body: Any = None, version: int | None = None) -> Any:
        """Do something through the API in their name."""
        headers = {"Origin": self.product.address, "Idempotency-Key": uuid.uuid4().hex}
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        answer = self._request(who).post(path, data=body, headers=headers)
        assert answer.ok, f"{path}: {answer.status} {answer.text()[:500]}"
        return answer.json()

    def opened(self, who: str, path: str) -> Opened:
        """What they get at an address, without a browser."""
        answer = self._request(who).get(path, headers={"Accept": "text/html", "Accept-Language": "zh-CN"})
        is_page = answer.headers.get("content-type", "").startswith("text/html")
        return Opened(
            answer.status, answer.url.removeprefix(self.product.address), is_page, answer.text() if is_page else ""
        )

    def _request(self, who: str) -> APIRequestContext:
        if who not in self._contexts:
            self._contexts[who] = self.context(who)
        return self._contexts[who].request

    def close(self) -> None:
        """Close what was opened."""
        for context in self._contexts.values():
            context.close()
