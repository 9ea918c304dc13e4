"""The site settings of the door: what each is for, why its default is what it is, and how far a site may change it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from functools import lru_cache

from chassis.db import Tx
from chassis.rules import Check
from chassis.setting_routes import SiteSettings
from chassis.setting_store import Stored, setting_table
from chassis.site_settings import Choice, Declared, Setting, Unit, Value
from services.visitor.alarms import settings as alarms
from services.visitor.alarms.rules import AlarmKind, Routing
from services.visitor.arrivals.rules import ladder_climbs
from services.visitor.base import DIRECTORY, VisitorTable
from services.visitor.limits import Limits

DEFAULTS = Limits()
VERSIONS = (Choice("2026-11", "2026 年 11 月版", "November 2026"),)
"""Versions of the two notices that this release carries (`texts/rules.py`); the newest last."""


def _limit(
    key: str,
    group: str,
    unit: Unit | None = None,
    between: tuple[int, int] = (0, 0),
    *,
    zh: str,
    en: str,
    why_zh: str,
    why_en: str,
    choices: tuple[Choice, ...] = (),
) -> Setting:
    """A setting that fills the field of the same name in `Limits`, which holds its default."""
    default: Value = getattr(DEFAULTS, key)
    return Setting(key, group, default, unit, *between, choices, zh, en, why_zh, why_en)


ENTRY = (
    _limit(
        "early", "entry", Unit.MINUTES, (0, 240),
        zh="可提前多久入内", en="Entry before the window",
        why_zh="访客常会早到，半小时内放行可以少等；更早则须被访人改约",
        why_en="Visitors come early; half an hour saves waiting",
    ),
    _limit(
        "late", "entry", Unit.MINUTES, (0, 480),
        zh="时段结束后多久仍可入内", en="Entry after the window",
        why_zh="会议常会延后；超过一小时，许可的前提多半已变，须重新许可",
        why_en="Meetings slip; after an hour the reason for the permission has passed",
    ),
    _limit(
        "longest_visit", "entry", Unit.HOURS, (1, 72),
        zh="一次来访最长", en="Longest visit",
        why_zh="许可按天给出，跨日来访每天重新许可",
        why_en="Permission is given by the day; a longer stay is permitted anew",
    ),
    _limit(
        "walk_in_stays", "entry", Unit.HOURS, (1, 12),
        zh="未预约来访停留时长", en="Stay of a walk-in",
        why_zh="没有事先约定结束时间，按半个工作日计",
        why_en="Nobody agreed on an end; half a working day",
    ),
    _limit(
        "two_badges_within", "entry", Unit.SECONDS, (15, 300),
        zh="访客证与工牌间隔不超过", en="Both badges within",
        why_zh="两人须同时站在门前；一分钟够刷两张卡，不够借卡",
        why_en="Both must stand at the door: enough to scan, too short to lend a badge",
    ),
    _limit(
        "oldest_copy", "entry", Unit.SECONDS, (10, 600),
        zh="人员信息最多可旧多久", en="Oldest copy of people",
        why_zh="再旧就可能让已离职的人陪同入内",
        why_en="An older copy could let a leaver escort",
    ),
)  # fmt: skip
WAITING = (
    _limit(
        "tell_deputy_after", "waiting", Unit.MINUTES, (1, 30),
        zh="多久无人答复通知代理人", en="Tell the deputy after",
        why_zh="访客站着等，两分钟还没有答复多半是没有看到",
        why_en="The visitor stands waiting; after two minutes the host has not seen it",
    ),
    _limit(
        "tell_duty_manager_after", "waiting", Unit.MINUTES, (2, 60),
        zh="多久无人答复通知值班经理", en="Tell the duty manager after",
        why_zh="五分钟后由当班的人决定，不让访客一直等",
        why_en="After five minutes whoever is on duty decides",
    ),
    _limit(
        "most_wrong_codes", "waiting", Unit.TIMES, (3, 20),
        zh="预约码可输错次数", en="Wrong codes allowed",
        why_zh="输错几次是手误，再多就可能是在猜，请到前台",
        why_en="A few are slips; more may be guesses",
    ),
    _limit(
        "wrong_codes_within", "waiting", Unit.MINUTES, (5, 60),
        zh="输错次数按多长时间计", en="Wrong codes counted over",
        why_zh="够拖慢猜码，又不会整天锁住平板",
        why_en="Long enough to slow guessing, short enough to free the tablet",
    ),
)  # fmt: skip
LEAVING = (
    _limit(
        "overstay_after", "leaving", Unit.MINUTES, (5, 480),
        zh="时段结束后多久算超时未离开", en="Overstay after the window",
        why_zh="与可入内的宽限一致，避免刚放行就报警",
        why_en="The same grace as for entry, or a late entry would alarm at once",
    ),
    _limit(
        "assumed_after", "leaving", Unit.HOURS, (1, 24),
        zh="时段结束后多久推定已离开", en="Assumed gone after the window",
        why_zh="半个班次没有人见到，多半已离开；疏散名单上仍保留到有人确认",
        why_en="Half a shift unseen; the name stays on the roll call until a person confirms",
    ),
)  # fmt: skip
ESCORTS = (
    _limit(
        "escort_most_open", "escorts", Unit.PEOPLE, (1, 20),
        zh="一名陪同人同时陪同人数", en="Visitors per escort at once",
        why_zh="人再多就看不过来；指定时可以另写",
        why_en="More cannot be watched; a designation may say otherwise",
    ),
    _limit(
        "longest_designation", "escorts", Unit.DAYS, (1, 731),
        zh="一次指定最长", en="Longest designation",
        why_zh="至少每年重新指定一次，避免名单无人过问",
        why_en="Renewed once a year, so that the list is looked at",
    ),
    _limit(
        "remind_escort_before", "escorts", Unit.MINUTES, (0, 120),
        zh="结束前多久提醒陪同人", en="Remind the escort before the end",
        why_zh="到点提醒，提前量由职场自定",
        why_en="At the planned end; a site may want it earlier",
    ),
)  # fmt: skip
NOTICES = (
    _limit(
        "privacy_version", "notices", choices=VERSIONS,
        zh="来访个人信息处理告知的版本", en="Version of the privacy notice",
        why_zh="换版后，之前接受过的访客须重新接受",
        why_en="After a change visitors accept anew",
    ),
    _limit(
        "rules_version", "notices", choices=VERSIONS,
        zh="访客须知的版本", en="Version of the visitors' notice",
        why_zh="换版后，之前接受过的访客须重新接受",
        why_en="After a change visitors accept anew",
    ),
    _limit(
        "company", "notices",
        zh="告知中的公司名称", en="Company named in the notice",
        why_zh="法律要求写明由谁处理个人信息；未填时写“本公司”",
        why_en="The law asks who handles personal data; empty says “this company”",
    ),
    _limit(
        "privacy_contact", "notices",
        zh="个人信息事务联系方式", en="Contact for personal data",
        why_zh="法律要求写明联系方式；未填时请访客到前台",
        why_en="The law asks for a contact; empty names the desk",
    ),
    _limit(
        "signature_wanted", "notices",
        zh="登记时请访客签名", en="Ask visitors for a signature",
        why_zh="接受须知已有记录，公司另有要求时再打开；访客不签名也可以来访",
        why_en="Accepting the notice is on record; on where a company wants more, and visitors may always decline",
    ),
    _limit(
        "photo_wanted", "notices",
        zh="登记时请访客拍照", en="Ask visitors for a photo",
        why_zh="少收集一项就少一分风险，需要时再打开；访客不拍照也可以来访",
        why_en="What is not collected cannot leak; visitors may always decline",
    ),
    _limit(
        "phones_banned", "notices",
        zh="坐席职场不得携带手机", en="No phones on the call floor",
        why_zh="制度没有要求，由公司决定；打开后写入访客须知",
        why_en="The rules leave it open; when on, the visitors' notice says so",
    ),
    _limit(
        "full_number_because", "notices",
        zh="登记完整证件号码的依据", en="Why the full ID number is asked",
        why_zh="默认只记后四位；确有法律或合同要求时写明依据，号码加密保存",
        why_en="The last four by default; name the law or contract that asks for more",
    ),
)  # fmt: skip


LATER = _limit(
    "alarm_later_after", "alarms", Unit.MINUTES, (1, 60),
    zh="多久未处理通知下一级", en="Tell the next after",
    why_zh="够保安人员走到现场，再久就须有人接手",
    why_en="Enough for the guard to get there; then somebody else takes over",
)  # fmt: skip


def _together(values: Mapping[str, Value]) -> list[Check]:
    """Rules on several settings at once."""
    return [ladder_climbs(_limits(values)), alarms.reach_somebody(values)]


def _limits(values: Mapping[str, Value]) -> Limits:
    return Limits(**{name: values[name] for name in _NAMES})  # type: ignore[arg-type]


_NAMES = tuple(field.name for field in fields(Limits))
DECLARED = Declared((*ENTRY, *WAITING, *LEAVING, *ESCORTS, *NOTICES, LATER, *alarms.SETTINGS), _together)
SETTINGS = SiteSettings(setting_table(VisitorTable.metadata), DECLARED, DIRECTORY)


def limits(tx: Tx, site_id: str) -> Limits:
    """How far the rules go at a site, from its settings; the same for a whole action."""
    return _limits_where(SETTINGS.stored(tx, site_id))


@lru_cache(maxsize=256)
def _limits_where(stored: Stored) -> Limits:
    """What is set is read in every action, and put together once."""
    return _limits(SETTINGS.values_of(stored))


def routing(tx: Tx, site_id: str, kind: AlarmKind) -> Routing:
    """The roles that a site's alarm of this kind reaches, at once and later."""
    return alarms.routing(SETTINGS.values(tx, site_id), kind)
