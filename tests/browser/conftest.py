"""One running product, one demonstration and one Chromium for all browser tests of a process."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.demo import Demo, showing
from tests.chromium import FLAGS, installed
from tests.product import Product, running


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """The product with one site, as the first start leaves it."""
    folder: Path = tmp_path_factory.mktemp("product")
    with running(folder, GATEHOUSE_LOG="off") as started:
        yield started


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory, worker_id: str, chromium: Browser) -> Iterator[Demo]:
    """The demonstration, served to this process; its data are made once for all processes."""
    base = tmp_path_factory.getbasetemp()
    shared = (base if worker_id == "master" else base.parent) / "demonstration"
    with showing(shared, tmp_path_factory.mktemp("demo"), chromium) as served:
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
