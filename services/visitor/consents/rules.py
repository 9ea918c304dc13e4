"""A visitor's photo and signature: only where a site asks, only by a consent of its own, refused at no cost."""

from __future__ import annotations

from enum import StrEnum

from chassis.rules import Kind, rule


class Consent(StrEnum):
    """What a visitor may agree to beside the registration."""

    PHOTO = "photo"
    SIGNATURE = "signature"


MOST_PHOTO = 60 * 1024
MOST_SIGNATURE = 20 * 1024
"""Bytes that are kept of either, once it was made small."""


@rule("2.1", kind=Kind.STATE, zh="本职场登记时不请访客拍照", en="This site asks visitors for no photo")
def photo_is_asked_for(wanted: bool) -> bool:
    """What a site does not ask for is not collected."""
    return wanted


@rule("2.1", kind=Kind.STATE, zh="本职场登记时不请访客签名", en="This site asks visitors for no signature")
def signature_is_asked_for(wanted: bool) -> bool:
    """What a site does not ask for is not collected."""
    return wanted


@rule(
    "2.1",
    kind=Kind.INPUT,
    pointer="/agreed",
    zh="访客须先勾选同意；不同意的不保存，也不影响来访",
    en="The visitor ticks the consent first; without it nothing is kept, and the visit goes on",
    public_zh="保存前请先勾选同意；不同意也可以来访",
    public_en="Tick the consent before it is kept; you may also visit without",
)
def consent_is_given(agreed: bool) -> bool:
    """Nothing is ticked for anyone, and nothing is kept without the tick."""
    return agreed


@rule(
    "2.1",
    kind=Kind.INPUT,
    pointer="/photo",
    zh="没有读到照片，请重新拍摄（JPEG、PNG 或 WebP）",
    en="No photo could be read. Take it again (JPEG, PNG or WebP)",
    public_zh="没有读到照片，请重新拍摄，或不拍照继续",
    public_en="No photo could be read. Take it again, or go on without",
)
def picture_can_be_read(readable: bool) -> bool:
    """What was sent is a picture, by its own first bytes, and not too large to be opened safely."""
    return readable


@rule(
    "2.1",
    kind=Kind.INPUT,
    pointer="/signature/name",
    zh="请输入姓名或手写签名；不签名的请取消勾选",
    en="Type the name or sign by hand; untick the consent for no signature",
    public_zh="请输入您的姓名或手写签名；不签名请取消勾选",
    public_en="Type your name or sign by hand; for no signature untick the box",
)
def signature_is_there(name: str, drawn: bool) -> bool:
    """A consent to a signature comes with one, typed or drawn."""
    return bool(name.strip()) or drawn


@rule("2.1", kind=Kind.STATE, zh="访客不在公司内", en="The visitor is not here")
def visitor_is_at_the_door(here: bool) -> bool:
    """A photo is taken of who is there, after the registration."""
    return here


@rule(
    "2.1",
    kind=Kind.WHO,
    zh="照片和签名由被访人、陪同人、保安人员和现场管理人员按需查看",
    en="Photo and signature are for the host, the escort, guards and the site's managers, as they need them",
)
def needs_the_picture(needs: bool) -> bool:
    """Whoever meets or receives the visitor sees them; nobody else, not for the sake of an audit."""
    return needs
