"""Giving roles to people and taking them; roles whose time runs out end by themselves."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.engine import Row

from chassis.actor import Actor, ActorKind
from chassis.db import Tx
from chassis.journal import record
from chassis.problems import Conflict, SecondCheckNeeded
from chassis.roles import Role
from chassis.rules import Check, enforce
from services.access import events
from services.access.people import store, views
from services.access.roles import rules, schemas
from services.access.roles import store as roles
from services.access.settings import powers_may_unite
from services.access.sites import store as sites

TRUSTED = frozenset({ActorKind.SYSTEM, ActorKind.OPERATOR})


def give_role(tx: Tx, actor: Actor, employee_no: str, asked: schemas.RoleAsked) -> dict[str, Any]:
    """Give a person a role, or the role they have for another time; the same once more changes nothing.

    The operator may unite powers on a small site; the board then shows it. Raises `SecondCheckNeeded`.
    """
    person = views.person_or_404(tx, employee_no, lock=True)
    starts_at = asked.starts_at or tx.now
    enforce(
        rules.person_is_active(person.active).say(name=person.name),
        rules.role_is_no_duty(asked.role).say(**_titles(asked.role)),
        rules.role_ends_after_it_begins(starts_at, asked.ends_at, tx.now),
        *([] if actor.kind in TRUSTED else _checks(tx, actor, person, asked, starts_at)),
    )
    _demand_second_check(tx, actor)
    held = roles.open_one(tx, person.id, asked.role, asked.scope)
    if held is not None and _as_before(held, asked):
        return views.show(tx, actor, employee_no)
    if held is not None:
        roles.take(tx, held.id, _by(actor), _end_of(tx, held))
    dates = {"starts_at": starts_at, "ends_at": asked.ends_at}
    roles.give(tx, {"person_id": person.id, "role": asked.role.value, "scope": asked.scope, **dates}, _by(actor))
    record(tx, actor, events.RoleGiven(person.id, _text(asked.role, asked.scope), starts_at, asked.ends_at))
    return views.show(tx, actor, employee_no)


def take_role(tx: Tx, actor: Actor, employee_no: str, asked: schemas.RoleNamed) -> dict[str, Any]:
    """Take a role from a person; twice changes nothing. Raises `SecondCheckNeeded`."""
    person = views.person_or_404(tx, employee_no, lock=True)
    if actor.kind not in TRUSTED:
        others = [row for row in roles.others_with(tx, asked.role, person.id) if _is_active(tx, row)]
        enforce(
            rules.gives_roles(actor.roles),
            rules.somebody_remains(asked.role, len(others)).say(**_titles(asked.role)),
        )
    _demand_second_check(tx, actor)
    held = roles.open_one(tx, person.id, asked.role, asked.scope)
    if held is not None:
        _take(tx, actor, held, _end_of(tx, held))
    return views.show(tx, actor, employee_no)


def take_all(tx: Tx, actor: Actor, person_id: str) -> None:
    """A leaver holds nothing, and nothing comes back by being employed again."""
    for held in roles.not_taken(tx, person_id):
        _take(tx, actor, held, _end_of(tx, held))


def end_over(tx: Tx) -> int:
    """Turn roles whose time ran out into facts, stamped with when it did; how many."""
    system = Actor.system("roles")
    ended = roles.over(tx)
    for held in ended:
        _take(tx, system, held, held.ends_at)
    return len(ended)


def _take(tx: Tx, actor: Actor, held: Row[Any], at: datetime) -> None:
    if not roles.take(tx, held.id, _by(actor), at):
        raise Conflict()
    record(tx, actor, events.RoleTaken(held.person_id, roles.text_of(held), at))


def _checks(tx: Tx, actor: Actor, person: Row[Any], asked: schemas.RoleAsked, starts_at: datetime) -> list[Check]:
    held = roles.held_between(tx, person.id, starts_at, asked.ends_at)
    return [
        rules.gives_roles(actor.roles),
        rules.role_goes_to_another(actor.id, person.id),
        rules.powers_apart(asked.role, held, may_unite=powers_may_unite(tx, person.site_id)),
        rules.role_has_its_scope(asked.role, asked.scope).say(**_titles(asked.role)),
        rules.scope_is_a_place_in_use(asked.scope, _in_use(tx, asked.scope)),
    ]


def _in_use(tx: Tx, scope: str) -> bool:
    kind, _, id_ = scope.partition(":")
    row = sites.one_of(tx, "site", id_) if kind == "site" else store.department(tx, id_)
    return row is not None and bool(row.active)


def _is_active(tx: Tx, person_id: str) -> bool:
    person = store.person(tx, person_id)
    return person is not None and bool(person.active)


def _as_before(held: Row[Any], asked: schemas.RoleAsked) -> bool:
    """Whether the role is held already in just the time that is asked for."""
    return asked.starts_at in (None, held.starts_at) and asked.ends_at == held.ends_at


def _end_of(tx: Tx, held: Row[Any]) -> datetime:
    """Until when a role was held that ends now: it may have run out before."""
    end: datetime = tx.now if held.ends_at is None else min(held.ends_at, tx.now)
    return end


def _demand_second_check(tx: Tx, actor: Actor) -> None:
    if actor.is_person and not actor.checked_lately(int(tx.now.timestamp())):
        raise SecondCheckNeeded()


def _titles(role: Role) -> dict[str, str]:
    return {"role_zh": role.zh, "role_en": role.en}


def _text(role: Role, scope: str) -> str:
    return f"{role}@{scope}" if scope else role.value


def _by(actor: Actor) -> str:
    return f"{actor.kind}:{actor.id}"
