"""The site settings of people and duty: what each is for, and why its default is what it is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy.engine import Row

from chassis.db import Tx
from chassis.setting_routes import SiteSettings
from chassis.setting_store import setting_table
from chassis.site_settings import Choice, Declared, Setting
from services.access.base import AccessTable
from services.access.people import store as people
from services.access.roster.rules import Cover, DutyKind
from services.access.sites import store as sites

COVERS = (
    Choice(Cover.OFFICE.value, "办公时间内", "Within office hours"),
    Choice(Cover.OUTSIDE.value, "办公时间以外", "Outside office hours"),
    Choice(Cover.ALWAYS.value, "全天", "Day and night"),
    Choice(Cover.NEVER.value, "不要求", "Not required"),
)
DECLARED = Declared(
    (
        Setting(
            "powers_may_unite", "people", False,
            zh="允许一人兼任平台管理员、安全管理员和审计员", en="One person may be administrator and auditor",
            why_zh="三权分立：谁也不能既授权又审计；确实只有一两个人的职场可以打开，看板上会写明",
            why_en="Nobody both gives rights and audits them; a site of one or two may say so, and the board shows it",
        ),
        Setting(
            "duty_manager_hours", "people", Cover.OUTSIDE.value, choices=COVERS,
            zh="什么时间须有值班经理", en="When a duty manager is needed",
            why_zh="办公时间以外由值班经理决定；办公时间内管理人员都在",
            why_en="Outside office hours the duty manager decides; within them managers are here",
        ),
        Setting(
            "guard_hours", "people", Cover.OFFICE.value, choices=COVERS,
            zh="什么时间须有保安人员", en="When a guard is needed",
            why_zh="外来人员由保安人员在门口管理；夜间没有来访的职场不要求",
            why_en="Guards manage outsiders at the door; sites without visits at night need none then",
        ),
    )
)  # fmt: skip


class _Places:
    """People and places of this very service."""

    def site(self, tx: Tx, site_id: str) -> Row[Any] | None:
        """One site."""
        return sites.one_of(tx, "site", site_id)

    def names(self, tx: Tx, person_ids: Iterable[str]) -> dict[str, dict[str, str]]:
        """Name and employee number by id."""
        return {row.id: dict(row._mapping) for row in people.named(tx, ids=list(person_ids))}


SETTINGS = SiteSettings(setting_table(AccessTable.metadata), DECLARED, _Places())


def powers_may_unite(tx: Tx, site_id: str | None) -> bool:
    """Whether a site says that one person may hold several of the three powers."""
    return site_id is not None and bool(SETTINGS.values(tx, site_id)["powers_may_unite"])


def covers(tx: Tx, site_id: str) -> dict[DutyKind, Cover]:
    """Which hours must be covered at a site, by duty."""
    values = SETTINGS.values(tx, site_id)
    return {kind: Cover(str(values[f"{kind}_hours"])) for kind in (DutyKind.DUTY_MANAGER, DutyKind.GUARD)}
