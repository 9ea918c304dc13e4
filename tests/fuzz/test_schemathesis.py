"""schemathesis on the merged document: as an administrator with every role, a program with every scope, a tablet.

The ordinary run holds each operation against its document at the boundaries of every value, with a fixed seed. `make
fuzz` generates many more, follows what one answer names into the next call, and does so on both engines.

No operation is left out. The document names no stream: pages listen to those at addresses of their own (`live.py`).
Where a call would end the caller's own credentials (`Spared`), somebody else is meant.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal

from gateway.identity.calls import TABLET
from gateway.notices import channels, outbox
from gateway.notices.chat import Undelivered
from tests.engines import ENGINES
from tests.fuzz.callers import AsAdmin, AsClient, AsTablet
from tests.fuzz.document import readied, scopes_of
from tests.fuzz.running import DEEP, Found, run
from tests.fuzz.world import Story, stage
from tests.scenes import played
from tests.whole import Whole, whole_product

pytestmark = pytest.mark.filterwarnings("ignore:Do not use the `random` module")
"""Hypothesis thinks its strategies draw from `random` when the app, in its own thread, does."""


@dataclass
class World:
    """The product at work in a loop of its own, and its document with values that exist."""

    whole: Whole
    portal: BlockingPortal
    document: dict[str, Any]

    def fuzzed(self, sign: Callable[[Any], None], *phases: str, only: str = "") -> Found:
        """The operations, or those `only` that take a scheme, called as `sign` signs; in a deep run in every way."""
        deep = ("examples", "coverage", "fuzzing", "stateful")
        return run(self.document, self.whole.app, self.portal, sign, deep if DEEP else phases, only)


@pytest.fixture(scope="module", params=ENGINES if DEEP else ENGINES[:1])
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Nobody is reached by what a fuzzed channel is told."""
    folder = tmp_path_factory.mktemp("fuzz")
    with start_blocking_portal() as portal, pytest.MonkeyPatch.context() as patch:
        for sender in (channels, outbox):
            patch.setattr(sender, "say", _undelivered)
        product = whole_product(folder, played(stage), request.param)
        with portal.wrap_async_context_manager(product) as whole:
            known = portal.call(Story(whole).played)
            document = portal.call(whole.browser().get, "/api/openapi.json").json
            yield World(whole, portal, readied(document, known, every_key=bool(DEEP)))


def _undelivered(url: str, text: str) -> None:
    raise Undelivered("address")


def test_an_administrator_is_answered_as_the_document_says(world: World) -> None:
    found = world.fuzzed(AsAdmin(world.whole, world.portal), "coverage")
    assert (found.failures, found.errors) == ({}, [])
    assert len(found.statuses) >= len(world.document["paths"])
    assert found.reached(2) > 80, "calls that the rules refuse one and all would show little"


def test_a_program_with_every_scope_is_answered_as_the_document_says(world: World) -> None:
    sign = AsClient(world.whole, world.portal, scopes_of(world.document))
    found = world.fuzzed(sign, "examples")
    assert (found.failures, found.errors) == ({}, [])
    assert found.reached(2) > 20


def test_a_tablet_is_answered_as_the_document_says(world: World) -> None:
    found = world.fuzzed(AsTablet(world.whole, world.portal), "coverage", only=TABLET)
    assert (found.failures, found.errors) == ({}, [])
    assert found.statuses["GET /api/visitor/v1/texts"][200], "the tablet was known"
