"""Stopping: first not ready, then serving on, then gone, and nobody who was being served is dropped."""

from __future__ import annotations

import signal
import socket
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

from tests.product import Product, running

DRAINS_SECONDS = 2.0


def status_of(product: Product, path: str) -> int | None:
    """The status of a GET, None when nobody answers."""
    try:
        with urllib.request.urlopen(product.address + path, timeout=5) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return None


def test_sigterm_says_not_ready_serves_on_and_then_ends_within_13_seconds(tmp_path: Path) -> None:
    with running(tmp_path, GATEHOUSE_LOG="off", GATEHOUSE_DRAIN_SECONDS=str(DRAINS_SECONDS)) as product:
        port = int(product.address.rpartition(":")[2])
        stuck = socket.create_connection(("127.0.0.1", port))
        stuck.sendall(b"POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nnever")  # nor the rest
        assert status_of(product, "/readyz") == 200
        assert product.process is not None
        begun = time.monotonic()
        product.process.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        assert status_of(product, "/readyz") == 503
        assert status_of(product, "/login") == 200
        product.process.wait(20)
        took = time.monotonic() - begun
        stuck.close()
    assert DRAINS_SECONDS <= took <= 13, took
    assert status_of(product, "/login") is None


def test_requests_under_way_are_answered_while_the_server_stops(tmp_path: Path) -> None:
    with running(tmp_path, GATEHOUSE_LOG="off", GATEHOUSE_DRAIN_SECONDS="6", GATEHOUSE_CALLS_PER_SECOND="0") as product:
        seen: list[int | None] = []
        over = threading.Event()

        def ask() -> None:
            while not over.is_set():
                seen.append(status_of(product, "/login"))

        askers = [threading.Thread(target=ask) for _ in range(4)]
        for asker in askers:
            asker.start()
        time.sleep(0.5)
        assert product.process is not None
        product.process.send_signal(signal.SIGTERM)
        time.sleep(1)
        over.set()
        for asker in askers:
            asker.join()
        product.process.wait(20)
    assert len(seen) > 8
    assert set(seen) == {200}


def test_ctrl_c_waits_for_nobody(tmp_path: Path) -> None:
    with running(tmp_path, GATEHOUSE_LOG="off", GATEHOUSE_DRAIN_SECONDS="30") as product:
        begun = time.monotonic()
        product.stop(signal.SIGINT)
        assert time.monotonic() - begun < 10
