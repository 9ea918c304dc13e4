"""The product that tests of pages open."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.whole import Whole, whole_product


@pytest.fixture
async def whole(tmp_path: Path) -> AsyncIterator[Whole]:
    """The whole product with nobody inside."""
    async with whole_product(tmp_path) as product:
        yield product
