"""Rules of belongings (2.7c) by cases."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from services.visitor.belongings import rules
from services.visitor.belongings.rules import LISTED_MEDIA, BelongingKind, Outcome


@dataclass
class Thing:
    kind: str
    outcome: str


def test_the_article_s_media_are_listed() -> None:
    assert {kind.value for kind in LISTED_MEDIA} == {"usb_stick", "disc", "external_disk", "mp3", "mp4", "player"}


@pytest.mark.parametrize("kind", BelongingKind)
def test_listed_media_wait_for_a_locker_and_nothing_else_does(kind: BelongingKind) -> None:
    waits = rules.outcome_of(kind) is Outcome.DECLARED
    assert waits is (kind in LISTED_MEDIA)
    assert bool(rules.belongings_are_settled([Thing(kind, rules.outcome_of(kind))])) is not waits


@pytest.mark.parametrize(
    ("outcomes", "settled"),
    [
        ([], True),
        (["left_outside", "carried"], True),
        (["given_back"], True),
        (["left_outside", "declared"], False),
    ],
)
def test_no_badge_before_every_listed_medium_lies_in_a_locker(outcomes: list[str], settled: bool) -> None:
    assert bool(rules.belongings_are_settled([Thing("mp3", outcome) for outcome in outcomes])) is settled


@pytest.mark.parametrize("outcome", Outcome)
def test_a_thing_goes_into_a_locker_and_comes_out_once(outcome: Outcome) -> None:
    with_visitor = outcome in {Outcome.DECLARED, Outcome.CARRIED}
    assert bool(rules.thing_is_with_the_visitor(outcome)) is with_visitor
    assert bool(rules.thing_lies_in_a_locker(outcome)) is (outcome is Outcome.LEFT_OUTSIDE)


@pytest.mark.parametrize(
    ("roles", "runs", "sees"),
    [
        ({"guard@site:hq"}, True, True),
        ({"guard@site:other"}, False, False),
        ({"floor_manager@site:hq"}, False, True),
        ({"auditor"}, False, True),
        ({"agent", "hr"}, False, False),
    ],
)
def test_lockers_are_run_by_the_guards_of_the_site(roles: set[str], runs: bool, sees: bool) -> None:
    assert bool(rules.runs_lockers(roles, "hq")) is runs
    assert bool(rules.sees_lockers(roles, "hq")) is sees


def test_words_to_the_visitor_ask_and_never_search_or_seize() -> None:
    check = rules.belongings_are_settled([Thing("mp3", "declared")])
    texts = [check.text(language, public=public) for language in ("zh", "en") for public in (True, False)]
    for text in texts:
        assert not any(word in text for word in ("没收", "扣留", "搜查", "检查", "seize", "search", "2.7c", "制度"))
    assert check.text("zh", public=True) == "U 盘、光盘、播放器请先存放在寄存柜，离开时凭寄存牌领取"
