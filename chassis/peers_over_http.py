"""Peers at an address: reached over pooled connections, as in a deployment of many processes.

Apart from `chassis/peers.py` so that one process with everything in it does without aiohttp.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

import aiohttp

from chassis.asgi import Answer
from chassis.peers import WAIT_SECONDS, PeerDown, TokenSource


@dataclass(slots=True)
class PeerOverHttp:
    """A peer at an address, over pooled connections."""

    name: str
    url: str
    token: TokenSource
    session: aiohttp.ClientSession

    async def get(self, path: str, params: Mapping[str, str]) -> Answer:
        """GET over HTTP, within the long-poll's wait and a few seconds more."""
        headers = {"Authorization": f"Bearer {await self.token(self.name)}"}
        limit = aiohttp.ClientTimeout(total=WAIT_SECONDS + 5, connect=2)
        try:
            async with self.session.get(self.url + path, params=params, headers=headers, timeout=limit) as got:
                names = {name.lower(): value for name, value in got.headers.items()}
                return Answer(got.status, names, await got.read())
        except (aiohttp.ClientError, TimeoutError) as error:
            raise PeerDown(f"{self.name}: {type(error).__name__}") from error


async def post_form(
    session: aiohttp.ClientSession, url: str, form: Mapping[str, str], headers: Mapping[str, str]
) -> tuple[int, bytes]:
    """POST a form and return status and body; for fetching tokens. Raises `PeerDown` when nobody answers."""
    try:
        limit = aiohttp.ClientTimeout(total=5)
        sent = {**headers, "Content-Type": "application/x-www-form-urlencoded"}  # our session adds none by itself
        async with session.post(url, data=urlencode(form), headers=sent, timeout=limit) as got:
            return got.status, await got.read()
    except (aiohttp.ClientError, TimeoutError) as error:
        raise PeerDown(f"{url}: {type(error).__name__}") from error
