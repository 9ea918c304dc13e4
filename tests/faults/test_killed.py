"""The whole product on SQLite is killed (SIGKILL) ten times in the middle of 2,000 writes and started again.

A real process and real files; callers repeat what was not acknowledged under the same Idempotency-Key.
"""

from __future__ import annotations

import random
import signal
import ssl
import time
from pathlib import Path

from tests.deployment import until
from tests.faults.load import Load, Report, under
from tests.faults.site import Site, nothing_lost, prepare
from tests.product import Product, running

WRITES, KILLS, CLIENTS = 2000, 10, 8
REPEATED = 100
PATIENCE_SECONDS = 300
"""When to call the product stuck; no measure of its speed."""
UNBOUNDED = 10_000
SETTINGS = {"GATEHOUSE_LOG": "off", "GATEHOUSE_CALLS_PER_SECOND": "0"}


def test_every_acknowledged_write_is_there_once_after_ten_kills(tmp_path: Path) -> None:
    seed = random.SystemRandom().randrange(2**32)
    try:
        with running(tmp_path, **SETTINGS) as product:
            _killed_under_load(product, random.Random(seed))  # noqa: S311 — chooses moments, no secrets
    except AssertionError as error:
        raise AssertionError(f"with random.Random({seed}): {error}") from error


def _killed_under_load(product: Product, chance: random.Random) -> None:
    site = prepare(product.address, None, product.run)
    load = Load(
        product.address,
        site.tablet.token,
        ssl.create_default_context(),
        clients=CLIENTS,
        pace=UNBOUNDED,
        most=WRITES,
        most_tries=UNBOUNDED,
    )
    with under(load):
        for count in sorted(chance.sample(range(CLIENTS, WRITES - CLIENTS), KILLS)):
            _reached(load.report, count)
            time.sleep(chance.choice((0, chance.uniform(0, 0.01))))  # at an answer finds what was promised too early
            assert product.stop(signal.SIGKILL) == -signal.SIGKILL
            product.start()
        _reached(load.report, WRITES)
    assert _refusals(load.report) == []
    assert len(load.report.failures) >= KILLS, "no kill was noticed: nothing was shown"
    nothing_lost(load.report, site)
    _answers_the_same(load.report, site, chance)
    assert product.run("audit", "verify")["findings"] == []


def _reached(report: Report, count: int) -> None:
    """Wait until so many writes were acknowledged."""
    until(lambda: len(report.acknowledged) >= count, PATIENCE_SECONDS, lambda: f"stuck: {report.failures[-3:]}", 0.0005)


def _refusals(report: Report) -> list[str]:
    """What callers were told instead of losing the connection: nothing, but that it is not ready yet."""
    return [fault for _, fault in report.failures if fault[0].isdigit() and not fault.startswith("503")]


def _answers_the_same(report: Report, site: Site, chance: random.Random) -> None:
    """A repeat of an acknowledged write gets the first answer and changes nothing."""
    before = len(site.strangers())
    for key in chance.sample(sorted(report.answers), REPEATED):
        said = site.tablet.post("/api/visitor/v1/strangers", {"place": key}, key=key)
        assert (said.status, said.body) == (201, report.answers[key]), key
    assert len(site.strangers()) == before
