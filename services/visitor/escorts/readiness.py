"""Whether somebody may escort visitors wherever an escort is needed."""

from __future__ import annotations

from chassis.db import Tx
from chassis.readiness import Ready, readiness
from services.visitor.base import DIRECTORY
from services.visitor.escorts import views
from services.visitor.escorts.rules import NEEDS_NO_ESCORT, EscortKind

KINDS = ((EscortKind.GUESTS, "来宾", "guests"), (EscortKind.WORK, "工作来访", "working visits"))


@readiness("escorts", zh="指定陪同人员", en="Designated escorts", page="/settings/escorts")
def guarded_areas_have_escorts(tx: Tx) -> Ready:
    """For each area that is entered with an escort, somebody is designated now, for guests and for work."""
    sites = DIRECTORY.sites_in_use(tx)
    if not sites:
        return Ready(False, "还没有职场", "There is no site yet")
    missing: list[tuple[str, str]] = []
    for site in sites:
        for area in DIRECTORY.areas_of(tx, site.id):
            if area.kind in NEEDS_NO_ESCORT:
                continue
            for kind, zh, en in KINDS:
                if not views.entitled(tx, site.id, kind, [area.id], tx.now, tx.now):
                    missing.append((f"{area.name}（{zh}）", f"{area.name_en} ({en})"))
    if not missing:
        return Ready(True, "须陪同的区域都有指定陪同人员", "Every area that needs an escort has somebody designated")
    zh, en = "、".join(one for one, _ in missing), ", ".join(one for _, one in missing)
    return Ready(
        False, f"没有人可以陪同进入：{zh}；由运营经理指定", f"Nobody may escort to: {en}; the centre manager designates"
    )
