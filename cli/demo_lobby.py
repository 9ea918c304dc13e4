"""What the demonstration's guard sees on opening the board: one of everything that can stand in a lobby."""

from __future__ import annotations

from datetime import datetime, timedelta

from chassis import clock
from cli.demo_acting import VERSION, House
from services.visitor.alarms import actions as alarms
from services.visitor.arrivals import actions as arrivals
from services.visitor.arrivals.schemas import WalkIn
from services.visitor.badges import actions as badges
from services.visitor.belongings import actions as belongings
from services.visitor.belongings.schemas import LockerAsked
from services.visitor.belongings.store import of_visit
from services.visitor.entries import actions as entries
from services.visitor.strangers import actions as strangers
from services.visitor.strangers.schemas import StrangerSeen


def set_the_scene(house: House) -> None:
    """People who wait, are inside, stay too long or were not seen leaving; a badge that is missing, a stranger."""
    now = clock.now()
    _gone_unseen(house, now - timedelta(hours=26))
    _too_long(house, now - timedelta(hours=3, minutes=40))
    _on_the_floor(house, ("Anna Schneider", "Bundesdruckerei GmbH"), now - timedelta(minutes=70))
    _on_the_floor(house, ("刘洋", "格力空调售后"), now - timedelta(minutes=45))
    _in_the_lounge(house, ("徐静", "应聘者"), now - timedelta(minutes=32))
    _at_the_desk(house, ("张伟", "顺丰速运"), now - timedelta(minutes=9), checked=True)
    _at_the_desk(house, ("曾小贤", "联通华东"), now - timedelta(minutes=4), checked=False)
    _unasked(house, now - timedelta(minutes=3))
    for minutes, guest in ((75, ("马丽", "市消防支队")), (130, ("David Chen", "Avaya")), (200, ("高峰", "思科系统"))):
        _expected(house, guest, now, now + timedelta(minutes=minutes))
    house.at(now).do(alarms.call_for_help, house.tablet("MAIN"), minutes=-1)
    seen = StrangerSeen(site_id=house.stage.site, place="三楼坐席职场 A 区茶水间旁", guard_needed=True)
    house.at(now).do(strangers.report, house.person("E108", "agent"), seen, minutes=-2)


def _invited(house: House, guest: tuple[str, str], begin: datetime, *, floor: bool = False) -> str:
    at = house.at(begin - timedelta(hours=3))
    visit_id = house.invite(at, guest, begin, floor=floor)
    house.permit(at, visit_id)
    return visit_id


def _came(house: House, guest: tuple[str, str], begin: datetime, *things: str, floor: bool = False) -> str:
    """Invited, permitted, arrived with these things put into a locker, checked; the number of the badge given."""
    visit_id = _invited(house, guest, begin, floor=floor)
    at = house.at(begin)
    house.arrive(at, visit_id, *things)
    for n, row in enumerate(at.look(of_visit, visit_id), 1):
        at.do(belongings.leave_outside, house.guard(), row.id, LockerAsked(locker=str(n), tag=f"T-{n}"))
    house.check_id(at, visit_id)
    badge_no = house.hand_badge(at, visit_id, floor=floor)
    if floor:
        house.go_in(at, badge_no)
    return badge_no


def _gone_unseen(house: House, begin: datetime) -> None:
    """Came yesterday and was never seen leaving: taken for gone, on the roll call, the badge missing."""
    _came(house, ("单雄信", "中电安防"), begin)
    for hours, loop in ((3.5, entries.find_overstays), (7, entries.assume_exits)):
        house.at(begin).do(loop, minutes=hours * 60)
    house.visitor.write_now(badges.find_missing)


def _too_long(house: House, begin: datetime) -> None:
    """Should have left more than an hour and a half ago."""
    _came(house, ("欧阳娜", "平安保险"), begin, "usb_stick")
    house.visitor.write_now(entries.find_overstays)


def _on_the_floor(house: House, guest: tuple[str, str], begin: datetime) -> None:
    _came(house, guest, begin, floor=True)


def _in_the_lounge(house: House, guest: tuple[str, str], begin: datetime) -> None:
    _came(house, guest, begin)


def _at_the_desk(house: House, guest: tuple[str, str], begin: datetime, *, checked: bool) -> None:
    visit_id = _invited(house, guest, begin)
    at = house.at(begin)
    house.arrive(at, visit_id)
    if checked:
        house.check_id(at, visit_id)


def _unasked(house: House, moment: datetime) -> None:
    """Somebody without an appointment, whose host has not answered yet."""
    asked = {"name": "赵六", "company": "广联文印", "host": "8021", "purpose": "送合同", "privacy_version": VERSION}
    house.at(moment).do(arrivals.walk_in, house.tablet("MAIN"), WalkIn.model_validate(asked), minutes=0)


def _expected(house: House, guest: tuple[str, str], now: datetime, begin: datetime) -> None:
    at = house.at(now - timedelta(hours=4))
    house.permit(at, house.invite(at, guest, begin))
