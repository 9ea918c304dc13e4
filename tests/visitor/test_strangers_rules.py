"""Rules of strangers (2.3) by cases: first out, then asked, and never by force."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from chassis.rules import RULES
from services.visitor.strangers import rules
from services.visitor.strangers.rules import LEARNT_BY_ASKING, Outcome, StrangerAct, StrangerState

NOW = datetime(2026, 11, 24, 4, tzinfo=UTC)
SEEN, OUT, ASKED, CLOSED = StrangerState


@pytest.mark.parametrize("state", StrangerState)
def test_asked_never_comes_before_out(state: StrangerState) -> None:
    assert bool(rules.out_comes_before_asked(StrangerAct.ASK, state)) is (state is not SEEN)


@pytest.mark.parametrize(("act", "state"), list(product(StrangerAct, StrangerState)))
def test_what_may_be_done_where(act: StrangerAct, state: StrangerState) -> None:
    may = {
        StrangerAct.CALL_GUARD: {SEEN},
        StrangerAct.SHOW_OUT: {SEEN},
        StrangerAct.ASK: {OUT},
        StrangerAct.DESCRIBE: {SEEN, OUT, ASKED},
        StrangerAct.CLOSE: {SEEN, OUT, ASKED},
    }[act]
    both = rules.out_comes_before_asked(act, state), rules.act_is_still_to_do(act, state)
    assert all(both) is (state in may)
    assert any(both)


@pytest.mark.parametrize(("outcome", "state"), list(product(Outcome, sorted(rules.OPEN))))
def test_who_it_was_is_learnt_by_asking(outcome: Outcome, state: StrangerState) -> None:
    assert bool(rules.outcome_was_learnt(outcome, state)) is (outcome not in LEARNT_BY_ASKING or state is ASKED)


@pytest.mark.parametrize(
    ("roles", "reported_it", "follows_up", "sees_all"),
    [
        ({"guard@site:hq"}, False, True, True),
        ({"guard@site:other"}, False, False, False),
        ({"floor_manager@site:hq"}, False, True, True),
        ({"centre_manager@site:hq"}, False, True, True),
        ({"duty_manager"}, False, True, True),
        ({"auditor"}, False, False, True),
        ({"agent"}, True, True, False),
        ({"agent"}, False, False, False),
        (set(), False, False, False),
    ],
)
def test_who_goes_on_with_a_case(roles: set[str], reported_it: bool, follows_up: bool, sees_all: bool) -> None:
    assert bool(rules.follows_it_up(roles, "hq", reported_it=reported_it)) is follows_up
    assert bool(rules.sees_all_cases(roles, "hq")) is sees_all


@pytest.mark.parametrize(
    ("ago", "lately"),
    [
        (timedelta(), True),
        (timedelta(hours=24), True),
        (timedelta(hours=24, seconds=1), False),
        (timedelta(minutes=-2), True),
        (timedelta(minutes=-2, seconds=-1), False),
    ],
)
def test_a_report_is_about_now_or_about_hours_without_network(ago: timedelta, lately: bool) -> None:
    assert bool(rules.seen_lately(NOW - ago, NOW)) is lately


def test_no_word_of_force() -> None:
    own = [rule for name, rule in RULES.items() if name.startswith(rules.__name__)]
    texts = [text for rule in own for text in (rule.zh, rule.en, rule.public_zh, rule.public_en)]
    assert len(own) >= 8
    for text in texts:
        assert not any(word in text for word in ("驱逐", "抓", "扣", "搜", "强制", "force", "search", "seize", "hold"))
