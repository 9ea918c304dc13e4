"""A program or a browser at the product's one address: HTTP, JSON and forms, cookies kept, nothing else known."""

from __future__ import annotations

import json
import ssl
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookiejar import CookieJar
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from tests.journeys.forms import Form, forms_of

SECONDS = 20


@dataclass(frozen=True)
class Said:
    """An answer: its status, its JSON or its page, its headers."""

    status: int
    body: Any
    text: str
    headers: Mapping[str, str]

    @property
    def rules(self) -> list[str]:
        """The names of the rules that refused."""
        return [error["rule"] for error in self.body.get("errors", [])]

    def form(self, action: str) -> Form:
        """The form of this page that is sent to an address ending so."""
        found = [form for form in forms_of(self.text) if form.action.partition("?")[0].endswith(action)]
        assert found, (action, [form.action for form in forms_of(self.text)])
        return found[0]


class _Stays(urllib.request.HTTPRedirectHandler):
    """Follows nothing: where an answer leads is part of it."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        """Leave the redirect as the answer."""


class Client:
    """One caller. `token` is sent as a bearer; without it cookies say who calls, as with a browser."""

    def __init__(self, address: str, trust: ssl.SSLContext | None, token: str = "") -> None:
        self.address = address
        self._trust = trust
        self.token = token
        self.cookies = CookieJar()
        handlers = [urllib.request.HTTPCookieProcessor(self.cookies), _Stays()]
        self._opener = urllib.request.build_opener(*handlers, urllib.request.HTTPSHandler(context=trust))

    def again(self, token: str = "") -> Client:
        """Another caller at the same address."""
        return Client(self.address, self._trust, token)

    def get(self, path: str, **query: Any) -> Said:
        """GET."""
        asked = urlencode({name: str(value) for name, value in query.items()}, doseq=True)
        return self.send("GET", f"{path}?{asked}" if asked else path)

    def post(self, path: str, body: Any = None, **options: Any) -> Said:
        """POST JSON, with a fresh Idempotency-Key unless one is given."""
        return self.send("POST", path, body, **options)

    def put(self, path: str, body: Any, **options: Any) -> Said:
        """PUT JSON."""
        return self.send("PUT", path, body, **options)

    def delete(self, path: str) -> Said:
        """DELETE."""
        return self.send("DELETE", path)

    def send(self, method: str, path: str, body: Any = None, *, key: str = "", version: int | None = None) -> Said:
        """Any call of the API."""
        headers = {"Content-Type": "application/json", "Origin": self.address}
        if method == "POST":
            headers["Idempotency-Key"] = key or uuid4().hex
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        return self._ask(method, path, None if body is None else json.dumps(body).encode(), headers)

    def page(self, path: str) -> Said:
        """Open a page as a browser without JavaScript."""
        said = self._ask("GET", path, None, {"Accept-Language": "zh-CN", "Sec-Fetch-Site": "same-origin"})
        return self.page(said.headers["location"]) if said.status == 303 else said

    def submit(self, form: Form, **values: Any) -> Said:
        """Send a form of a page with these values typed, and open where the answer leads."""
        kind = "application/x-www-form-urlencoded"
        headers = {"Content-Type": kind, "Sec-Fetch-Site": "same-origin", "Accept-Language": "zh-CN"}
        said = self._ask("POST", form.action, urlencode(form.filled(values), doseq=True).encode(), headers)
        return self.page(said.headers["location"]) if said.status == 303 else said

    def form_post(self, path: str, fields: Mapping[str, str], headers: Mapping[str, str]) -> Said:
        """POST a form as a program does (OAuth)."""
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._ask("POST", path, urlencode(fields).encode(), {**kind, **headers})

    def _ask(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Said:
        address = path if path.startswith("http") else self.address + path
        given = {**headers, "Authorization": f"Bearer {self.token}"} if self.token else dict(headers)
        request = urllib.request.Request(address, data=body, headers=given, method=method)
        try:
            with self._opener.open(request, timeout=SECONDS) as answer:
                return _said(answer.status, answer.read(), answer.headers)
        except urllib.error.HTTPError as error:
            with error:
                return _said(error.code, error.read(), error.headers)


def _said(status: int, content: bytes, headers: Any) -> Said:
    text = content.decode()
    names = {name.lower(): value for name, value in headers.items()}
    return Said(status, json.loads(text) if "json" in names.get("content-type", "") else None, text, names)
