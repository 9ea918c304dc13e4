"""Two gateways behind Caddy, writes coming in all the time: one dies, one hangs, one is stopped. Nobody notices.

Real processes on a real PostgreSQL, the Caddyfile as it is deployed; `compose.py` does the same to real containers.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator

import pytest

from tests.deployment import START_SECONDS, Deployment, deployed, until
from tests.faults.load import Load, Report, under
from tests.faults.site import Site, prepare

INBOX = 50
HANGS_SECONDS = 9
"""Longer than Caddy waits for an answer: what hangs is given to the other gateway while the first may still do it."""


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """Everything started and ready."""
    with deployed(tmp_path_factory.mktemp("replicas")) as made:
        yield made


def test_nothing_acknowledged_is_lost_or_doubled_when_gateways_come_and_go(deployment: Deployment) -> None:
    site = prepare(deployment.address, deployment.trust, deployment.run)
    with under(Load(deployment.address, site.tablet.token, deployment.trust)) as load:
        time.sleep(1.5)
        deployment.kill("gateway1")
        time.sleep(3)
        deployment.start("gateway1")
        until(lambda: deployment.is_ready("gateway1"), START_SECONDS, lambda: deployment.log("gateway1"))
        time.sleep(2)  # until Caddy has noticed
        deployment.hang("gateway2")
        time.sleep(HANGS_SECONDS)
        deployment.heal("gateway2")
        time.sleep(2)
        stopped_after = deployment.stop("gateway1")
    _nothing_lost(load.report, site)
    assert load.report.share_failed() < 0.01, load.report.failures
    assert load.report.failed_for() <= 5, load.report.failures
    assert stopped_after <= 13
    assert deployment.run("audit", "verify")["findings"] == []


def _nothing_lost(report: Report, site: Site) -> None:
    """Every acknowledged write is there once, with one alarm to the guard, and nothing else."""
    assert len(report.acknowledged) > 50, "too little happened to show anything"
    kept = site.strangers()
    assert Counter(kept.values()).most_common(1)[0][1] == 1, "a write was done twice"
    assert {kept[id_] for id_ in report.acknowledged.values()} == set(report.acknowledged)
    assert set(kept.values()) == set(report.acknowledged), "what was never acknowledged was retried until it was"
    until(lambda: len(site.alarms()) >= min(INBOX, len(kept)), 20, lambda: f"alarms lost: {site.alarms()}")
    assert set(site.alarms().values()) == {1}, "an alarm was told twice"
    assert site.alarms().keys() <= kept.keys()
