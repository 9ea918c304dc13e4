"""The visitor's own record: made, found again, changed. What identifies them is sealed under a key of theirs alone."""

from __future__ import annotations

from typing import Any

from sqlalchemy.engine import Row

from chassis.actor import Actor
from chassis.db import Tx
from chassis.ids import new_id
from chassis.names import normalised, search_keys
from services.visitor.visits import key_store, personal, related_store, schemas, store, views


def keep(tx: Tx, actor: Actor, asked: schemas.VisitorAsked) -> str:
    """The id of whoever comes: a new record, or that of the visit `same_as` when they bear the same name.

    Raises `NotFound` for a visit the actor may not see.
    """
    before = _before(tx, actor, asked)
    if before is not None:
        given = asked.model_dump(include={"company", "phone", "email"})
        _set(tx, before.id, {name: text for name, text in given.items() if text})
        known_id: str = before.id
        return known_id
    return _add(tx, asked.model_dump(include={"name", "company", "phone", "email"}))


def change(tx: Tx, visit: Row[Any], asked: schemas.VisitorChange) -> tuple[str, set[str]]:
    """Change what is given. The id of the visitor then, and what differs: `visitor` (who) or `contact` (how reached).

    Another name on a record that serves other visits too is another person, who gets a record of their own.
    """
    guest = store.visitor(tx, visit.visitor_id)
    assert guest is not None
    given: dict[str, str] = asked.model_dump(exclude_unset=True)
    if "phone" in given:
        given["phone"] = phone_digits(given["phone"])
    before = {"name": guest.name, "company": guest.company}
    before |= {field: personal.known(tx, guest, field) for field in ("phone", "email")}
    differs = {field: text for field, text in given.items() if text != before[field]}
    if "name" in differs and related_store.has_other_visits(tx, guest.id, visit.id):
        return _add(tx, {"company": guest.company, **given}), {"visitor", "contact"}
    _set(tx, guest.id, differs)
    return guest.id, {"visitor" if field in ("name", "company") else "contact" for field in differs}


def set_keys(tx: Tx, visit_id: str, site_id: str, code: str, visitor_id: str) -> None:
    """Let the visit be found by its visitor's name and company, and by its code."""
    guest = store.visitor(tx, visitor_id)
    assert guest is not None
    key_store.set_keys(tx, site_id, visit_id, {*search_keys(guest.name, guest.company), code})


def assistance_values(tx: Tx, visitor_id: str, assistance: str) -> dict[str, Any]:
    """The columns of a visit that keep it, with since when its visitor agrees."""
    if not assistance:
        return {"assistance": None, "assistance_agreed_at": None}
    sealed = tx.vault.seal(tx, visitor_id, "assistance", assistance.encode())
    return {"assistance": sealed, "assistance_agreed_at": tx.now}


def _before(tx: Tx, actor: Actor, asked: schemas.VisitorAsked) -> Row[Any] | None:
    if asked.same_as is None:
        return None
    visit = views.visit_or_404(tx, actor, asked.same_as)
    guest = store.visitor(tx, visit.visitor_id)
    same = guest is not None and guest.erased_at is None and normalised(guest.name) == normalised(asked.name)
    return guest if same else None


def _add(tx: Tx, given: dict[str, str]) -> str:
    visitor_id = new_id()
    store.add_visitor(tx, {"id": visitor_id, **_columns(tx, visitor_id, given)})
    return visitor_id


def _set(tx: Tx, visitor_id: str, given: dict[str, str]) -> None:
    values = _columns(tx, visitor_id, given)
    if values:
        store.change_visitor(tx, visitor_id, values)


def _columns(tx: Tx, visitor_id: str, given: dict[str, str]) -> dict[str, Any]:
    """What is given as the columns that keep it."""
    values: dict[str, Any] = {name: given[name] for name in ("name", "company") if name in given}
    if "phone" in given:
        digits = phone_digits(given["phone"])
        values["phone_tail"] = digits[-4:] or None
        values["phone_key"] = tx.vault.lookup("phone", digits) if digits else None
        values["phone"] = _sealed(tx, visitor_id, "phone", digits)
    if "email" in given:
        values["email"] = _sealed(tx, visitor_id, "email", given["email"])
    return values


def _sealed(tx: Tx, visitor_id: str, field: str, text: str) -> bytes | None:
    return tx.vault.seal(tx, visitor_id, field, text.encode()) if text else None


def phone_digits(text: str) -> str:
    """The digits of a phone number, the same for +86 138…, 0086 138… and 138…."""
    digits = "".join(letter for letter in text if letter.isdecimal()).removeprefix("00")
    return digits[2:] if len(digits) == 13 and digits.startswith("86") else digits
