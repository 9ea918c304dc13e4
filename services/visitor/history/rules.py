"""Which facts a visit's history tells, and which it leaves out because another tells the same."""

from __future__ import annotations

TOLD = frozenset(
    {
        "VisitInvited", "VisitChanged", "StepDecided", "VisitApproved", "VisitEnded", "NoticeDeclined",
        "VisitorArrived", "ConsentGiven", "ConsentWithdrawn", "IdChecked", "VisitorCleared", "VisitorEntered",
        "VisitorLeftArea",
        "VisitorLeft", "EntryRefused", "OverstayFound", "CustodyOffered", "CustodyDeclined", "CustodyPassed",
        "EscortLost", "BadgeReturned", "BadgeLost", "BadgeNotReturned", "BelongingDeclared", "BelongingLeftOutside",
        "BelongingGivenBack", "BelongingLost", "AlarmPassedOn", "AlarmSettled", "VisitorErased", "VisitorUnmasked",
        "VisitorCopied",
    }
)  # fmt: skip
SAID_BY_ANOTHER = {
    "CustodyTaken": "VisitorEntered",
    "CustodyEnded": "VisitorLeftArea",
    "BadgeHandedOut": "VisitorCleared",
    "AlarmRaised": "OverstayFound",
}
"""Facts written together with one that is told and says more: the whole trail is the auditor's."""
FOR_AUDITORS_ALONE = frozenset({"HoldPlaced", "HoldReviewed", "HoldLifted"})
"""Facts that the people of a visit do not read: that somebody is looked into stays with those who answer for data."""
NAMES_ONE = ("taken_by", "offered_to", "declined_by", "said_by", "escort_id", "host_id")
"""The fields of a fact that name a person beside who did it, the one that counts most first."""
