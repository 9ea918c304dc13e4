"""Whether there are visitor badges to hand out."""

from __future__ import annotations

from chassis.db import Tx
from chassis.readiness import Ready, readiness
from services.visitor.badges import store
from services.visitor.badges.rules import BadgeKind
from services.visitor.base import DIRECTORY

KINDS = ((BadgeKind.LOUNGE, "休息室访客证", "lounge badges"), (BadgeKind.FLOOR, "职场访客证", "floor badges"))


@readiness("badges", zh="访客证", en="Visitor badges", page="/settings/badges")
def badges_are_in_store(tx: Tx) -> Ready:
    """Each site has at least one free badge of each kind."""
    sites = DIRECTORY.sites_in_use(tx)
    if not sites:
        return Ready(False, "还没有职场", "There is no site yet")
    missing: list[tuple[str, str]] = []
    for site in sites:
        for kind, zh, en in KINDS:
            if not store.free(tx, site.id, kind, 1):
                missing.append((f"{site.name}没有可发的{zh}", f"{site.name_en} has no {en} to hand out"))
    if not missing:
        return Ready(True, "每个职场都有可发的访客证", "Every site has visitor badges to hand out")
    return Ready(False, "；".join(zh for zh, _ in missing), "; ".join(en for _, en in missing))
