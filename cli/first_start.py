"""The first start of an empty deployment: a site, the first administrator, and the link for their password."""

from __future__ import annotations

from chassis.settings import Settings
from cli.opening import opened
from cli.people import OPERATOR


def first_link(settings: Settings) -> str | None:
    """Set up an empty deployment; the administrator's one-time link, or None when it was set up before.

    Until the administrator has set a password, each start prints a fresh link.
    """
    from gateway.identity import account_store, accounts
    from services.access.first import FIRST_ADMIN_NO, first_start
    from services.access.people import store as people

    with opened(settings, "access") as access:
        access.write_now(first_start)
        admin = access.write_now(people.person_by_no, FIRST_ADMIN_NO)
    if admin is None:
        return None
    with opened(settings, "gateway") as gateway:
        account = gateway.read_now(account_store.account_by_no, FIRST_ADMIN_NO)
        if account is not None and account.password_hash:
            return None
        return f"{settings.address}/password/{gateway.write_now(accounts.issue_link, OPERATOR, admin.id)}"
