"""Which route a request is for: a path that is named in full is never taken for a value of another route's path.

`/visits/waiting` and `/visits/{visit_id}:withdraw` also look like `/visits/{visit_id}`. Routes are tried in order,
so a wrong method on the first would be judged by the second's parameters; here it is 405, with every method there is.

Paths that are apart need not be tried one after another either: a signpost finds a request's route by one look.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from copy import copy
from functools import cached_property

from fastapi import FastAPI
from starlette.requests import Request
from starlette.routing import BaseRoute, Match, Route, Router, compile_path
from starlette.types import Receive, Scope, Send

NAMED = re.compile(r"\?P<\w+>")


def add_routes(app: FastAPI, *routers: Router) -> None:
    """Give the app each router's routes. `include_router` would keep the routers, and match each request twice."""
    for router in routers:
        app.router.routes.extend(router.routes)
    _keep_apart(app.router.routes)
    app.router.middleware_stack = Signpost(app.router)


class Signpost:
    """Leads a request to the route of its path and method; what it has none for goes the router's own way."""

    def __init__(self, router: Router) -> None:
        self._router = router

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI 3."""
        scope.setdefault("router", self._router)
        known = scope["type"] == "http" and not scope.get("root_path")
        await (self._way(scope["method"], scope["path"]) if known else self._router).app(scope, receive, send)

    def _way(self, method: str, path: str) -> Router:
        paths, ways = self._read
        found = paths.match(path)
        return ways[found.lastindex - 1].get(method, self._router) if found and found.lastindex else self._router

    @cached_property
    def _read(self) -> tuple[re.Pattern[str], list[dict[str, Router]]]:
        """Every path as a group of one pattern, and for each group its routes by method. Read by the first request."""
        at: dict[str, dict[str, Router]] = {}
        for one in self._router.routes:
            if isinstance(one, Route):
                methods = at.setdefault(NAMED.sub("?:", one.path_regex.pattern), {})
                for method in one.methods or ():
                    methods.setdefault(method, self._with(one))
        return re.compile("|".join(f"({path})" for path in at)), list(at.values())

    def _with(self, route: Route) -> Router:
        """The router as it would be with this route alone."""
        alone = copy(self._router)
        alone.routes = [route]
        return alone


def methods_at(request: Request) -> str:
    """Every method that the address of a request answers, for `Allow`."""
    found: set[str] = set()
    for route in request.app.router.routes:
        if isinstance(route, Route) and route.matches(request.scope)[0] is not Match.NONE:
            found |= route.methods or set()
    return ", ".join(sorted(found))


def _keep_apart(routes: Sequence[BaseRoute]) -> None:
    """Let each path with a value in it leave out the paths that say more, whatever their methods."""
    compiled = {one.path: compile_path(one.path)[:2] for one in routes if isinstance(one, Route)}
    for one in routes:
        if isinstance(one, Route) and one.param_convertors:
            plain, shape = compiled[one.path]
            common = one.path.partition("{")[0]
            begin = len(re.escape(common)) + 1  # behind `^`
            nearer = {
                NAMED.sub("?:", other.pattern)[begin:]
                for other, shown in compiled.values()
                if shown.startswith(common) and plain.match(shown) and not other.match(shape)
            }
            if nearer:
                apart = f"(?!{'|'.join(sorted(nearer))})"
                one.path_regex = re.compile(plain.pattern[:begin] + apart + plain.pattern[begin:])
