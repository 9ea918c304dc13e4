"""Two gateways behind Caddy, writes coming in all the time: one dies, one hangs, one is stopped. Nobody notices.

Real processes on a real PostgreSQL, the Caddyfile as it is deployed; `compose.py` does the same to real containers.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from tests.deployment import START_SECONDS, Deployment, deployed, until
from tests.faults.load import Load, under
from tests.faults.site import nothing_lost, prepare

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
    assert len(load.report.acknowledged) > 50, "too little happened to show anything"
    nothing_lost(load.report, site)
    assert load.report.share_failed() < 0.01, load.report.failures
    assert load.report.failed_for() <= 5, load.report.failures
    assert stopped_after <= 13
    assert deployment.run("audit", "verify")["findings"] == []
