"""Turns every exception into `application/problem+json` (RFC 9457), in the caller's language.

People and clients read control codes and the words for staff; a visitor's tablet the public words (2.12.2).
"""

from __future__ import annotations

import logging
from typing import Any

import orjson
import sqlalchemy as sa
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from chassis.actor import Actor, ActorKind
from chassis.db import Full, Lost
from chassis.problems import NotFound, Problem, StorageFull, Unavailable, Unprocessable
from chassis.routing import methods_at
from chassis.rules import Kind, PolicyRefused

log = logging.getLogger(__name__)

STATUS = {Kind.WHO: 403, Kind.STATE: 409, Kind.INPUT: 422}
TITLES = {
    Kind.WHO: ("您不能办理这一步", "You may not do this"),
    Kind.STATE: ("现在不能办理这一步", "This cannot be done now"),
    Kind.INPUT: ("请更正标出的内容", "Please correct what is marked"),
}
FIELD_FAULTS = {
    "missing": ("请填写", "Enter this"),
    "string_too_short": ("请填写", "Enter this"),
    "string_too_long": ("最多 {max_length} 个字", "At most {max_length} characters"),
    "extra_forbidden": ("不接受这一项", "This field is not accepted"),
    "too_long": ("最多 {max_length} 项", "At most {max_length} entries"),
    "too_short": ("至少 {min_length} 项", "At least {min_length} entries"),
    "greater_than_equal": ("不能小于 {ge}", "Not less than {ge}"),
    "less_than_equal": ("不能大于 {le}", "Not more than {le}"),
    "enum": ("请从所列各项中选择", "Choose one of the listed"),
    "literal_error": ("请从所列各项中选择", "Choose one of the listed"),
    "timezone_aware": ("时间需要带时区", "A time needs its zone"),
    "json_invalid": ("不是有效的 JSON", "Not valid JSON"),
    "value_error": ("{error}", "{error}"),
}
OTHER_FAULT = ("格式不对", "The form is not right")


def language_of(request: Request) -> str:
    """`zh` or `en`, by the first of Accept-Language we have; Chinese is the source."""
    for part in request.headers.get("accept-language", "").split(","):
        tag = part.split(";")[0].strip().lower()
        if tag.startswith(("zh", "en")):
            return tag[:2]
    return "zh"


def problem(
    request: Request,
    status: int,
    slug: str,
    title: tuple[str, str],
    detail: tuple[str, str],
    *,
    headers: dict[str, str] | None = None,
    **extra: Any,
) -> Response:
    """One problem as a response in the caller's language."""
    zh = language_of(request) == "zh"
    body: dict[str, Any] = {
        "type": f"/problems/{slug}",
        "title": title[0] if zh else title[1],
        "status": status,
        "detail": detail[0] if zh else detail[1],
        "request_id": getattr(request.state, "request_id", ""),
        **extra,
    }
    known = {"Content-Language": "zh-Hans" if zh else "en", "Cache-Control": "no-store", **(headers or {})}
    return Response(orjson.dumps(body, default=str), status, known, "application/problem+json")


async def _problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    title, detail = (error.zh, error.en), (error.detail_zh, error.detail_en)
    return problem(request, error.status, error.slug, title, detail, headers=error.headers, **error.extra)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, PolicyRefused)
    actor: Actor | None = getattr(request.state, "actor", None)
    public = actor is None or actor.kind is ActorKind.DEVICE
    language = language_of(request)
    errors = [
        {
            "pointer": breach.pointer,
            "rule": breach.rule.name,
            **({} if public else {"control": breach.rule.control}),
            "detail": breach.text(language, public=public),
        }
        for breach in error.breaches
    ]
    seen = list(dict.fromkeys(entry["detail"] for entry in errors))
    text = "；".join(seen) if language == "zh" else " ".join(seen)
    return problem(request, STATUS[error.kind], "policy-refused", TITLES[error.kind], (text, text), errors=errors)


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    zh = language_of(request) == "zh"
    errors = []
    for fault in error.errors():
        text = FIELD_FAULTS.get(fault["type"], OTHER_FAULT)[0 if zh else 1]
        where = fault["loc"][1:] if fault["loc"] and fault["loc"][0] in ("body", "query", "path") else fault["loc"]
        pointer = "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in where)
        errors.append({"pointer": pointer, "rule": fault["type"], "detail": _filled(text, fault.get("ctx"))})
    told = Unprocessable()
    return problem(request, 422, told.slug, (told.zh, told.en), (told.detail_zh, told.detail_en), errors=errors)


def _filled(text: str, values: dict[str, Any] | None) -> str:
    try:
        return text.format(**{name: str(value) for name, value in (values or {}).items()})
    except (KeyError, IndexError):
        return text


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 404:
        return await _problem(request, NotFound())
    if error.status_code == 405:
        text = ("这个地址不支持此操作", "This address does not support the method")
        return problem(request, 405, "method-not-allowed", text, text, headers={"Allow": methods_at(request)})
    text = (error.detail, error.detail)
    return problem(request, error.status_code, "http", text, text, headers=dict(error.headers or {}))


async def _database(request: Request, error: Exception) -> Response:
    log.error("database: %s", error)
    return await _problem(request, StorageFull() if isinstance(error, Full) else Unavailable())


async def _unstorable(request: Request, error: Exception) -> Response:
    """PostgreSQL holds no NUL in a text."""
    log.info("a value the database cannot hold: %s", type(error).__name__)
    told = ("内容里有无法保存的字符", "The content holds a character that cannot be stored")
    return await _problem(request, Unprocessable(*told))


async def _last_resort(request: Request, error: Exception) -> Response:
    log.error("unexpected", exc_info=error)
    return await _problem(request, Problem())


def handle_refusals(app: FastAPI) -> None:
    """Install the handlers on a service's or the gateway's app."""
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(PolicyRefused, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Lost, _database)
    app.add_exception_handler(sa.exc.DataError, _unstorable)
    app.add_exception_handler(Exception, _last_resort)
