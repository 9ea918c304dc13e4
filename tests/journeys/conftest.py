"""Where the journeys run: a product started for them, or by `BASE_URL` one that is deployed.

BASE_URL    its address, such as https://localhost:8443
BASE_ADMIN  what `gatehouse user add --name … --employee-no … --role platform_admin --role security_admin --json`
            printed there: an administrator whose one-time link has not been used
BASE_CA     the authority to believe, where the address has no public certificate
"""

from __future__ import annotations

import json
import os
import ssl
from collections.abc import Iterator
from typing import Any

import pytest

from tests.journeys.cast import Cast, hire_all
from tests.journeys.client import Client
from tests.journeys.house import House, new_administrator, open_house
from tests.product import running


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A site of our own, freshly set up and empty of people."""
    address = os.environ.get("BASE_URL")
    if address is not None:
        yield _open(address.rstrip("/"), json.loads(os.environ["BASE_ADMIN"]))
        return
    with running(tmp_path_factory.mktemp("journeys"), GATEHOUSE_LOG="off") as product:
        yield _open(product.address, product.run(*new_administrator()))


def _open(address: str, admin: dict[str, Any]) -> House:
    authority = os.environ.get("BASE_CA")
    trust = ssl.create_default_context(cafile=authority) if authority else None
    return open_house(Client(address, trust), admin["employee_no"], admin["link"])


@pytest.fixture(scope="session")
def cast(house: House) -> Cast:
    """Everybody the journeys need, at work."""
    return hire_all(house)
