"""One demonstration and one Chromium for all browser tests of a process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.demo import Demo, showing
from tests.browser.story import make_room
from tests.chromium import FLAGS, installed


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory, worker_id: str, chromium: Browser) -> Iterator[Demo]:
    """The demonstration, served to this process; its data are made once for all processes."""
    base = tmp_path_factory.getbasetemp()
    shared = (base if worker_id == "master" else base.parent) / "demonstration"
    with showing(shared, tmp_path_factory.mktemp("demo"), chromium) as served:
        make_room(served)
        yield served


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A real Chromium; none is an error, never a skip."""
    path = installed()
    assert path is not None, "no Chromium: run `make browser`"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()
