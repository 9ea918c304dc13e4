"""Errors as RFC 9457 problems: typed exceptions here, one handler that turns each into `application/problem+json`.

Every problem has both languages; the handler picks by Accept-Language. Control codes are shown to staff only (2.12.2).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class Problem(Exception):
    """Base of all typed errors that a caller may see. Subclasses set status, slug and the two titles."""

    status: int = 500
    slug: str = "internal"
    zh: str = "没有保存成功，请重试；仍不行请联系值班台"
    en: str = "Not saved. Please try again, or call the duty desk"

    def __init__(
        self,
        zh: str | None = None,
        en: str | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        **extra: Any,
    ) -> None:
        super().__init__(en or self.en)
        self.detail_zh = zh or self.zh
        self.detail_en = en or self.en
        self.headers = dict(headers or {})
        self.extra = extra


class BadRequest(Problem):
    """The request cannot be understood."""

    status, slug, zh, en = 400, "bad-request", "请求内容无法识别", "The request cannot be understood"


class KeyRequired(Problem):
    """An Idempotency-Key is required for this call and none was sent (draft-ietf-httpapi-idempotency-key)."""

    status, slug = 400, "idempotency-key-required"
    zh, en = "缺少 Idempotency-Key 请求头", "This call needs an Idempotency-Key header"


class NotSignedIn(Problem):
    """No token, or one that is not accepted."""

    status, slug, zh, en = 401, "not-signed-in", "请先登录", "Please sign in"


class Forbidden(Problem):
    """The caller's scope or kind does not cover this call."""

    status, slug, zh, en = 403, "forbidden", "您没有这项权限", "You may not do this"


class SecondCheckNeeded(Problem):
    """The action needs a second check (二次验证) within the last five minutes."""

    status, slug = 403, "second-check-needed"
    zh, en = "这一步需要二次验证", "This step needs a second check"


class NotFound(Problem):
    """Nothing there, or nothing the caller may see."""

    status, slug, zh, en = 404, "not-found", "没有找到", "Not found"


class Conflict(Problem):
    """Somebody was faster, or the thing is in another state; the detail names the winner where there is one."""

    status, slug, zh, en = (
        409,
        "conflict",
        "状态已变化，您的操作没有生效",
        "It has changed meanwhile; yours took no effect",
    )


class StillRunning(Problem):
    """The same Idempotency-Key is being worked on."""

    status, slug = 409, "still-running"
    zh, en = "同一请求正在处理，请稍候查看结果", "The same request is still being worked on"


class Stale(Problem):
    """If-Match names a version that is no longer the newest."""

    status, slug = 412, "stale"
    zh, en = "内容已被他人更新，请刷新后再试", "It was changed since you read it. Refresh and try again"


class TooLarge(Problem):
    """The body is larger than the route allows."""

    status, slug, zh, en = 413, "too-large", "内容太大", "The content is too large"


class Unprocessable(Problem):
    """The shape is right but the content cannot be accepted; `errors` has one entry per field."""

    status, slug, zh, en = 422, "unprocessable", "请更正标出的内容", "Please correct what is marked"


class KeyReused(Problem):
    """The same Idempotency-Key came with another body."""

    status, slug = 422, "idempotency-key-reused"
    zh, en = "同一 Idempotency-Key 用在了不同内容上", "This Idempotency-Key was used for another content"


class VersionRequired(Problem):
    """A change of something that exists needs If-Match (RFC 6585)."""

    status, slug = 428, "version-required"
    zh, en = "缺少 If-Match 请求头", "This change needs an If-Match header"


class TooMany(Problem):
    """Too many calls; Retry-After says when to come back."""

    status, slug, zh, en = 429, "too-many", "次数过多，请 1 分钟后再试", "Too many attempts. Try again in a minute"


class Unavailable(Problem):
    """A part this needs is not available; nothing was saved; Retry-After says when to come back."""

    status, slug = 503, "unavailable"
    zh, en = (
        "系统暂时连不上，没有保存。请 5 秒后再试",
        "Not reachable just now, nothing was saved. Try again in 5 seconds",
    )

    def __init__(self, zh: str | None = None, en: str | None = None, **extra: Any) -> None:
        super().__init__(zh, en, headers={"Retry-After": "5"}, **extra)


class StorageFull(Problem):
    """The disk is full: refused whole, nothing half written."""

    status, slug = 507, "storage-full"
    zh, en = "存储空间已满，没有保存。请联系值班台", "Storage is full, nothing was saved. Call the duty desk"
