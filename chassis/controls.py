"""Who answers for each control: the role that the article itself names, else the nearest one of the policy's roles."""

from __future__ import annotations

from collections.abc import Mapping

from chassis.roles import Role

OWNERS: Mapping[str, Role] = {
    "0.1": Role.CENTRE_MANAGER,
    "0.2": Role.HR,
    "1.1": Role.CENTRE_MANAGER,
    "1.2": Role.MAINTENANCE,
    "1.3": Role.FLOOR_MANAGER,
    "1.4": Role.TEAM_LEADER,
    "1.5a": Role.FLOOR_MANAGER,
    "1.5b": Role.FLOOR_MANAGER,
    "1.6": Role.FLOOR_MANAGER,
    "1.7": Role.TEAM_LEADER,
    "2.1": Role.GUARD,
    "2.2": Role.FLOOR_MANAGER,
    "2.3": Role.GUARD,
    "2.4": Role.CENTRE_MANAGER,
    "2.6": Role.GUARD,
    "2.7a": Role.PC_MAINTENANCE,
    "2.7b": Role.PC_MAINTENANCE,
    "2.7c": Role.GUARD,
    "2.8": Role.MAINTENANCE,
    "2.9": Role.MAINTENANCE,
    "2.10": Role.CENTRE_MANAGER,
    "2.11": Role.HR,
    "2.12.1": Role.HR,
    "2.12.2": Role.SECURITY_ADMIN,
    "2.12.4": Role.FLOOR_MANAGER,
    "2.12.5": Role.SUPERVISOR,
    "2.12.6": Role.SUPERVISOR,
    "2.13": Role.NUMBER_ADMIN,
    "2.14": Role.FLOOR_MANAGER,
    "3.1a": Role.NUMBER_ADMIN,
    "3.1b": Role.CENTRE_MANAGER,
    "4.1": Role.MAINTENANCE,
    "4.2": Role.MAINTENANCE,
    "4.3": Role.SUPERVISOR,
    "4.4": Role.MAINTENANCE,
    "4.5": Role.MAINTENANCE,
}
