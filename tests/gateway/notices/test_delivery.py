"""A notice on its way: to the inbox at once, to people and channels when it is time, once, until it gets through."""

from __future__ import annotations

import asyncio
from datetime import datetime

import pytest

from gateway.notices import channel_store, delivery_store, rules, store
from gateway.notices.outbox import Outbox
from tests.builders import facts
from tests.gateway.notices.conftest import OTHER_SITE, SITE, Office

pytestmark = pytest.mark.anyio


async def test_a_notice_is_in_the_inbox_at_once_and_mailed_after_a_moment(office: Office) -> None:
    await office.told("visit.decide", "manager", "duty", asks=True)
    assert await office.waiting("manager") == 1
    assert await office.outbox.send_due() == 0
    office.go(seconds=21)
    assert await office.outbox.send_due() == 2
    assert office.mail_of("manager") == ["门岗: 有来访等您审批"]
    assert office.mail_of("duty") == ["Gatehouse: A visit waits for your decision"]


async def test_a_message_holds_what_to_do_and_a_link_and_nobodys_name(office: Office) -> None:
    await office.told("visit.decide", "manager", asks=True)
    office.go(seconds=21)
    await office.outbox.send_due()
    to, letter = office.post.letters[0]
    assert to == ["m001@example.com"]
    assert letter.get_content().split() == ["有来访等您审批", "https://gate.example.com/visits/1"]
    assert letter["Auto-Submitted"] == "auto-generated"


async def test_what_comes_together_goes_together(office: Office) -> None:
    await office.add_channel(site_id=SITE)
    for number in range(7):
        await office.told("visit.decide", "manager", subject=f"visit:{number}", asks=True)
    await office.told("visit.arrived", "manager")
    office.go(seconds=21)
    assert await office.outbox.send_due() == 2
    assert office.mail_of("manager") == ["门岗: 8 件事"]
    assert len(office.chat.texts) == 1
    assert office.chat.texts[0].count("https://gate.example.com/visits/1") == 2


async def test_at_night_only_alarms_go_out(office: Office) -> None:
    office.now = datetime.fromisoformat("2026-11-24T02:00:00+08:00")
    await office.told("visit.decide", "manager", asks=True)
    await office.told("stranger", "manager", subject="stranger:1", urgency="alarm")
    await office.outbox.send_due()
    assert office.mail_of("manager") == ["门岗: 职场发现陌生人，请立即前往"]
    office.go(hours=5, minutes=59)
    await office.outbox.send_due()
    assert len(office.mail_of("manager")) == 1
    office.go(minutes=2)
    await office.outbox.send_due()
    assert office.mail_of("manager")[1:] == ["门岗: 有来访等您审批"]


async def test_who_decided_hears_nothing_and_the_others_that_it_is_done(office: Office) -> None:
    await office.told("visit.decide", "manager", "duty", asks=True)
    office.go(seconds=21)
    await office.outbox.send_due()
    by = f"person:{office.people['manager']}"
    await office.told("visit.settled", "manager", "duty", by=by, settles=True)
    assert await office.waiting("manager") == 0
    assert await office.waiting("duty") == 1
    office.go(seconds=21)
    await office.outbox.send_due()
    assert office.mail_of("manager") == ["门岗: 有来访等您审批"]
    assert office.mail_of("duty")[1:] == ["Gatehouse: Visit decided; nothing left to do"]


async def test_what_was_decided_before_it_was_asked_is_not_asked(office: Office) -> None:
    office.now = datetime.fromisoformat("2026-11-24T02:00:00+08:00")
    await office.told("visit.decide", "manager", "duty", asks=True)
    await office.told("visit.settled", "duty", by="person:x", settles=True)
    office.go(hours=7)
    await office.outbox.send_due()
    assert office.mail_of("manager") == ["门岗: 有来访等您审批"]
    assert office.mail_of("duty") == []


async def test_a_shared_chat_hears_that_it_is_done_once_nobody_is_asked(office: Office) -> None:
    await office.add_channel(site_id=SITE)
    await office.told("visit.decide", "manager", "duty", asks=True)
    office.go(seconds=21)
    await office.outbox.send_due()
    await office.told("visit.settled", "manager", settles=True)
    office.go(seconds=21)
    await office.outbox.send_due()
    assert len(office.chat.texts) == 1
    await office.told("visit.settled", "duty", settles=True)
    office.go(seconds=21)
    await office.outbox.send_due()
    assert office.chat.texts[1].startswith("来访审批已处理，无需再办")


async def test_being_asked_again_replaces_what_was_asked_before(office: Office) -> None:
    await office.told("visit.decide", "manager", asks=True)
    await office.told("visit.decide", "manager", asks=True)
    assert await office.waiting("manager") == 1


async def test_reading_does_not_do_what_was_asked(office: Office) -> None:
    await office.told("visit.decide", "manager", asks=True)
    await office.told("visit.arrived", "manager")
    await office.db.write(store.mark_read, office.people["manager"])
    assert await office.waiting("manager") == 1
    assert await office.db.read(store.unread_count, office.people["manager"]) == 0


async def test_channels_of_the_site_of_the_person_and_of_every_site_get_it_and_no_other(office: Office) -> None:
    await office.add_channel(name="本职场", site_id=SITE)
    await office.add_channel(name="别的职场", site_id=OTHER_SITE)
    await office.add_channel(name="所有职场")
    await office.add_channel(name="本人", employee_no="M001")
    await office.add_channel(name="别人", employee_no="D001")
    await office.told("visit.arrived", "manager")
    office.go(seconds=21)
    await office.outbox.send_due()
    assert len(office.chat.texts) == 3


async def test_a_channel_for_alarms_gets_alarms_alone(office: Office) -> None:
    await office.add_channel(site_id=SITE, alarms_only=True, language="en")
    await office.told("visit.arrived", "manager")
    await office.told("visit.overstay", "manager", urgency="alarm")
    office.go(seconds=21)
    await office.outbox.send_due()
    assert [text.partition("\n")[0] for text in office.chat.texts] == ["Visitor still here after the window"]


async def test_the_same_notice_followed_twice_is_one_message(office: Office) -> None:
    notice_id = await office.told("visit.arrived", "manager")
    values = {"kind": "visit.arrived", "page": "/visits/1", "subject": "visit:1", "at": office.now}
    assert not await office.db.write(store.tell, notice_id, office.people["manager"], values)
    again = {**values, "notice_id": notice_id, "place_kind": "mail", "place_id": office.people["manager"]}
    await office.db.write(delivery_store.add, {**again, "due_at": office.now, "asks": False, "alarm": False})
    office.go(seconds=21)
    await office.outbox.send_due()
    assert len(office.post.letters) == 1


async def test_of_many_replicas_one_sends(office: Office) -> None:
    await office.add_channel(site_id=SITE)
    for number in range(5):
        await office.told("visit.arrived", "manager", "duty", "host", subject=f"visit:{number}")
    office.go(seconds=21)
    replicas = [Outbox(office.db, office.settings) for _ in range(6)]
    await asyncio.gather(*(replica.send_due() for replica in replicas))
    assert len(office.post.letters) == 3
    assert len(office.chat.texts) == 1


async def test_what_a_place_does_not_take_is_tried_again_with_growing_pauses(office: Office) -> None:
    await office.add_channel(site_id=SITE)
    office.chat.status = 503
    await office.told("visit.arrived", "host")
    for tried, pause in enumerate(rules.PAUSES, 1):
        office.go(seconds=21)
        await office.outbox.send_due()
        assert len(office.chat.heard) == tried
        await office.outbox.send_due()
        assert len(office.chat.heard) == tried, "not before its pause is over"
        office.now += pause
    office.go(days=3)
    await office.outbox.send_due()
    assert len(office.chat.heard) == len(rules.PAUSES)


async def test_a_dead_channel_is_told_to_the_administrators_once_and_lives_again(office: Office) -> None:
    channel_id = await office.add_channel(site_id=SITE)
    office.chat.status = 503
    await office.told("visit.arrived", "host")
    for _ in range(5):
        office.go(hours=13)
        await office.outbox.send_due()
    assert await office.waiting("admin") == 1
    assert [fact["body"] for fact in facts(office.db) if fact["fact"] == "ChannelDied"] == [
        {"because": "answer 503", "channel_id": channel_id}
    ]
    failing = await office.db.read(channel_store.failing)
    assert [(row.id, row.name, row.failures) for row in failing] == [(channel_id, "值班群", 5)]
    office.chat.status = 200
    office.go(hours=13)
    await office.outbox.send_due()
    assert await office.db.read(channel_store.failing) == []


async def test_a_mail_server_that_is_down_is_told_and_loses_nothing(office: Office) -> None:
    await office.told("visit.decide", "manager", asks=True)
    office.post.answer = "451 try later"
    for _ in range(3):
        office.go(hours=1)
        await office.outbox.send_due()
    assert await office.waiting("admin") == 1
    office.post.answer = "250 OK"
    office.go(hours=1)
    await office.outbox.send_due()
    assert office.mail_of("manager") == ["门岗: 有来访等您审批"]


async def test_nothing_goes_to_who_has_left_or_to_a_channel_that_is_off(office: Office) -> None:
    channel_id = await office.add_channel(site_id=SITE)
    await office.told("visit.arrived", "manager")
    await office.db.write(channel_store.change, channel_id, on=False)
    office.go(seconds=21)
    await office.outbox.send_due()
    assert office.chat.texts == []
    assert len(office.mail_of("manager")) == 1
