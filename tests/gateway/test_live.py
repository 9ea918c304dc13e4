"""News for live boards: one poll for all who watch a process, none for nobody, and places that are counted."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import orjson
import pytest

from chassis.asgi import Answer
from chassis.peers import PeerDown
from chassis.problems import TooMany
from gateway import live
from gateway.live import MOST_OF_ONE, Live

pytestmark = pytest.mark.anyio


class Journal:
    """A visitor service whose journal a test writes; `down` calls fail first."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []
        self.asked: list[Mapping[str, str]] = []
        self.down = 0
        self._news = asyncio.Event()

    def add(self, site_id: str | None, fact: str = "VisitorArrived") -> None:
        state = None if site_id is None else {"site_id": site_id}
        self.rows.append({"idx": len(self.rows), "fact": fact, "state": state})
        self._news.set()
        self._news.clear()

    async def get(self, _path: str, params: Mapping[str, str]) -> Answer:
        self.asked.append(params)
        if self.down:
            self.down -= 1
            raise PeerDown("visitor")
        after = int(params["after"])
        if not self.rows[after:] and int(params["wait"]):
            await self._news.wait()
        page = {"size": len(self.rows), "items": self.rows[after:]}
        return Answer(200, {}, orjson.dumps(page))


@pytest.fixture
def journal() -> Journal:
    return Journal()


async def settled() -> None:
    """Let tasks run that are ready to."""
    for _ in range(10):
        await asyncio.sleep(0)


async def test_a_fact_wakes_those_who_watch_its_site_and_no_others(journal: Journal) -> None:
    boards = Live(journal)
    with boards.watching("guard", "A", 0) as here, boards.watching("guard", "B", 0) as there:
        await settled()
        journal.add("A")
        assert await here.news(1) == 1
        assert await there.news(0.01) is None
        journal.add(None)
        assert (await here.news(1), await there.news(1)) == (2, 2)
        journal.add("A", fact="NoticeAsked")
        assert await here.news(0.01) is None


async def test_a_page_that_knew_less_is_woken_at_once(journal: Journal) -> None:
    boards = Live(journal)
    journal.add("A")
    journal.add("B")
    with boards.watching("guard", "A", 1) as behind:
        assert await behind.news(1) == 2
        with boards.watching("guard", "A", 2) as current:
            assert await current.news(0.01) is None
        with boards.watching("other", "A", 0) as late:
            assert await late.news(0.01) == 2


async def test_many_watchers_are_one_poll_and_nobody_is_none(journal: Journal) -> None:
    boards = Live(journal)
    with boards.watching("a", "A", 0), boards.watching("b", "A", 0), boards.watching("c", "B", 0):
        await settled()
        assert len(journal.asked) == 2
        journal.add("A")
        await settled()
        assert len(journal.asked) == 3
    await settled()
    asked = len(journal.asked)
    journal.add("A")
    await settled()
    assert len(journal.asked) == asked
    assert "live boards" not in {task.get_name() for task in asyncio.all_tasks()}


async def test_places_are_counted_by_person_and_in_all(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    boards = Live(journal)
    monkeypatch.setattr(live, "MOST", MOST_OF_ONE + 1)
    open_ = [boards.watching("guard", "A", 0) for _ in range(MOST_OF_ONE)]
    for one in open_:
        one.__enter__()
    with pytest.raises(TooMany) as refused, boards.watching("guard", "A", 0):
        pass
    assert refused.value.headers == {"Retry-After": "60"}
    with boards.watching("other", "A", 0), pytest.raises(TooMany), boards.watching("third", "A", 0):
        pass
    for one in open_:
        one.__exit__(None, None, None)
    with boards.watching("guard", "A", 0):
        pass


async def test_a_service_that_is_away_is_asked_again(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "LONGEST_PAUSE", 0.01)
    monkeypatch.setattr(live, "FIRST_PAUSE", 0.01)
    boards, journal.down = Live(journal), 3
    journal.add("A")
    with boards.watching("guard", "A", 0) as watcher:
        assert await watcher.news(2) == 1


async def test_stopping_wakes_everybody_and_takes_nobody_more(journal: Journal) -> None:
    boards = Live(journal)
    with boards.watching("guard", "A", 0) as watcher:
        waiting = asyncio.create_task(watcher.news(30))
        await settled()
        boards.close()
        await asyncio.wait_for(waiting, 1)
        with pytest.raises(TooMany), boards.watching("other", "A", 0):
            pass
