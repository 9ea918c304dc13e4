"""The style guide on a socket of its own, under the product's content policy, for tests of the pages' parts."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.answers import Answers, Fault
from gateway.pages import preferences
from gateway.pages.styleguide import Styleguide
from gateway.render import Deployment, Renderer
from gateway.security import CSP


class Counted:
    """Adds the content policy, and keeps the forms that were sent; `fails` breaks them off, `slow` delays them."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self.sent: list[str] = []
        self.delay = 0.0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI 3."""
        if scope["type"] == "http" and scope["method"] == "POST":
            self.sent.append(scope["path"])
            time.sleep(self.delay)  # noqa: ASYNC251 — one server for one test: nobody else waits

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"content-security-policy", CSP.encode())]
            await send(message)

        await self._app(scope, receive, guarded)


def styleguide_app() -> Counted:
    """The style guide's app, with pages that go wrong in the ways real ones may."""
    renderer = Renderer(Deployment(development=True, demo=True, duty_phone="8001"))

    async def broken(_request: Request) -> Response:
        return Response("", 502, headers={"X-Request-Id": "7F3K2A"})

    async def hidden(request: Request) -> Response:
        values: dict[str, Any] = {"heading": "您没有这项权限", "says": "请联系值班台。", "link": None}
        return renderer.page(request, "error.html", block="notice", status=403, **values)

    async def overtaken(request: Request) -> Response:
        answers = Answers({"code": "482913"}, (Fault("", "刚刚已由陈总处理，您的操作没有生效"),))
        template = "styleguide/kiosk_form.html"
        return renderer.page(request, template, block="form", status=409, home="/styleguide/kiosk", answers=answers)

    routes = [
        *Styleguide(renderer).routes,
        *preferences.routes,
        Route("/static/{path:path}", renderer.assets.serve),
        Route("/broken", broken, methods=["POST"]),
        Route("/hidden", hidden, methods=["POST"]),
        Route("/overtaken", overtaken, methods=["POST"]),
    ]
    return Counted(Starlette(routes=routes))


@contextmanager
def serving(app: Counted) -> Iterator[str]:
    """Serve the app on a free port in a thread; its address."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off", ws="none"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]}, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{bound.getsockname()[1]}"
        server.should_exit = True
        thread.join(10)
