"""Keeping a photo or a signature by its own consent, and deleting it when that is withdrawn."""

from __future__ import annotations

from typing import Any

from sqlalchemy.engine import Row

from chassis.actor import Actor, ActorKind
from chassis.db import Tx
from chassis.journal import record
from chassis.problems import Forbidden, NotFound
from chassis.rules import enforce
from services.visitor import events, settings
from services.visitor.consents import rules, schemas, store, views
from services.visitor.consents.rules import Consent
from services.visitor.holds import store as holds
from services.visitor.visits import views as visits
from services.visitor.visits.rules import ON_PREMISES, State


def keep_photo(tx: Tx, actor: Actor, visit_id: str, agreed: bool, photo: bytes | None) -> dict[str, Any]:
    """Keep the photo of who has just registered; `photo` was made small before, None when it was no picture."""
    if actor.kind is not ActorKind.DEVICE:
        raise Forbidden("请在已配对的平板上办理", "This is done at a paired tablet")
    visit = visits.visit_or_404(tx, actor, visit_id, lock=True)
    enforce(
        rules.photo_is_asked_for(settings.limits(tx, visit.site_id).photo_wanted),
        rules.visitor_is_at_the_door(State(visit.state) in ON_PREMISES),
        rules.consent_is_given(agreed),
        rules.picture_can_be_read(photo is not None),
    )
    assert photo is not None
    _keep(tx, actor, visit, Consent.PHOTO, photo, "image/jpeg")
    return {"kept": True}


def sign(tx: Tx, actor: Actor, visit: Row[Any], asked: schemas.SignatureAsked, drawn: bytes | None) -> None:
    """Keep the signature given with the notices; nothing without its consent. `drawn` was made small before."""
    if not asked.agreed:
        return
    enforce(
        rules.signature_is_asked_for(settings.limits(tx, visit.site_id).signature_wanted),
        rules.signature_is_there(asked.name, drawn is not None),
    )
    if drawn is not None:
        _keep(tx, actor, visit, Consent.SIGNATURE, drawn, "image/png")
    else:
        _keep(tx, actor, visit, Consent.SIGNATURE, asked.name.encode(), None)


def withdraw(tx: Tx, actor: Actor, visit_id: str, what: Consent) -> dict[str, Any]:
    """The visitor takes a consent back: what it was for is shown to nobody, and deleted at once unless a legal hold
    keeps it. Raises `NotFound`."""
    visit = visits.visit_or_404(tx, actor, visit_id, lock=True)
    enforce(rules.needs_the_picture(visits.helps(actor, visit)))
    held = bool(holds.in_force_on(tx, visit.visitor_id))
    if not store.withdraw(tx, visit_id, what, held=held):
        raise NotFound("没有这项同意，或已撤回", "There is no such consent, or it was withdrawn")
    record(tx, actor, events.ConsentWithdrawn(visit_id, what))
    return views.of_visit(tx, actor, visit_id)


def _keep(tx: Tx, actor: Actor, visit: Row[Any], what: Consent, value: bytes, media_type: str | None) -> None:
    sealed = tx.vault.seal(tx, visit.visitor_id, what, value)
    values = {"visitor_id": visit.visitor_id, "sealed": sealed, "media_type": media_type, "device_id": actor.device}
    store.keep(tx, visit.id, what.value, **values)
    record(tx, actor, events.ConsentGiven(visit.id, what))
