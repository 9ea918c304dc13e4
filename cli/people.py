"""Adding people, programs and tablets from the shell."""

from __future__ import annotations

from typing import Any

from chassis.actor import Actor
from chassis.db import Tx
from chassis.settings import Settings
from cli.opening import opened
from cli.output import Wrong

OPERATOR = Actor.operator("shell")


def add_user(
    name: str,
    employee_no: str,
    roles: list[str],
    site: str | None,
    department: str | None,
    badge_no: str | None,
    management: bool,
) -> dict[str, Any]:
    """Add a person in access and issue a one-time link at the gateway."""
    from gateway.identity import accounts
    from services.access.people import actions as people
    from services.access.people import decisions
    from services.access.people.schemas import PersonKept
    from services.access.roles.schemas import RoleAsked

    settings = Settings()

    def add(tx: Tx) -> str:
        kept = PersonKept(name=name, site=site, department=department, badge_no=badge_no, management=management)
        person = people.keep_person(tx, OPERATOR, employee_no, kept)
        for text in roles:
            role, scope = _scoped(tx, text)
            decisions.give_role(tx, OPERATOR, employee_no, RoleAsked.model_validate({"role": role, "scope": scope}))
        person_id: str = person["id"]
        return person_id

    with opened(settings, "access") as access:
        person_id = access.write_now(add)
    with opened(settings, "gateway") as gateway:
        link = gateway.write_now(accounts.issue_link, OPERATOR, person_id)
    return {"employee_no": employee_no, "person_id": person_id, "link": f"{settings.address}/password/{link}"}


def _scoped(tx: Tx, text: str) -> tuple[str, str]:
    """A role as typed, `guard@site:HQ` or `supervisor@dept:OUT1`, with codes turned into ids."""
    from services.access.people import store as people
    from services.access.sites import store as sites

    role, _, scope = text.partition("@")
    kind, _, code = scope.partition(":")
    if not scope:
        return role, ""
    row = sites.by_code(tx, "site", code) if kind == "site" else people.department_by_code(tx, code)
    if row is None:
        raise Wrong(f"no {kind} with the code {code}")
    return role, f"{kind}:{row.id}"


def add_client(name: str, scopes: list[str], *, scim: bool) -> dict[str, Any]:
    """Add a program that calls the API: `client_id` and `client_secret` for OAuth, with `scim` a `token` (RFC 7644)."""
    from gateway.identity import clients

    with opened(Settings(), "gateway") as gateway:
        made = gateway.write_now(clients.add_client, OPERATOR, name, scopes, "scim" if scim else "client")
    secret = "token" if scim else "client_secret"
    return {"client_id": made["id"], secret: made["secret"], "name": name, "scopes": made["scopes"]}


def pair_device(site_code: str, door_code: str) -> dict[str, Any]:
    """Open a pairing for a door."""
    from gateway.identity import devices
    from services.access.sites import store as sites

    settings = Settings()

    def door_id(tx: Tx) -> str:
        site = sites.by_code(tx, "site", site_code)
        door = sites.by_code(tx, "door", door_code, site.id) if site is not None else None
        if door is None:
            raise Wrong(f"no door {door_code} at the site {site_code}")
        found: str = door.id
        return found

    with opened(settings, "access") as access:
        door = access.write_now(door_id)
    with opened(settings, "gateway") as gateway:
        return gateway.write_now(devices.open_pairing, OPERATOR, door, "")


def add_badges(site_code: str, prefix: str, count: int, kind: str) -> dict[str, Any]:
    """Put visitor badges into a site's stock."""
    from services.access.sites import store as sites
    from services.visitor.badges import actions as badges
    from services.visitor.badges.schemas import BadgesAdded

    settings = Settings()
    with opened(settings, "access") as access:
        site = access.write_now(sites.by_code, "site", site_code)
    if site is None:
        raise Wrong(f"no site with the code {site_code}")
    asked = BadgesAdded.model_validate({"site_id": site.id, "prefix": prefix, "first": 1, "last": count, "kind": kind})
    with opened(settings, "visitor") as visitor:
        visitor.write_now(badges.add_badges, OPERATOR, asked)
    return {"first": f"{prefix}001", "last": f"{prefix}{count:03d}"}
