"""Which route a request is for: a path that is named in full is never taken for a value of another route's path.

`/visits/waiting` and `/visits/{visit_id}:withdraw` also look like `/visits/{visit_id}`. Routes are tried in order,
so a wrong method on the first would be judged by the second's parameters; here it is 405, with every method there is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from fastapi import APIRouter, FastAPI
from starlette.requests import Request
from starlette.routing import BaseRoute, Match, Route, compile_path

NAMED = re.compile(r"\?P<\w+>")


def add_routes(app: FastAPI, *routers: APIRouter) -> None:
    """Give the app each router's routes. `include_router` would keep the routers, and match each request twice."""
    for router in routers:
        app.router.routes.extend(router.routes)
    _keep_apart(app.router.routes)


def methods_at(request: Request) -> str:
    """Every method that the address of a request answers, for `Allow`."""
    found: set[str] = set()
    for route in request.app.router.routes:
        if isinstance(route, Route) and route.matches(request.scope)[0] is not Match.NONE:
            found |= route.methods or set()
    return ", ".join(sorted(found))


def _keep_apart(routes: Sequence[BaseRoute]) -> None:
    """Let each path with a value in it leave out the paths that say more, whatever their methods."""
    plain = {one.path: compile_path(one.path)[0].pattern for one in routes if isinstance(one, Route)}
    formats = {path: compile_path(path)[1] for path in plain}
    for one in routes:
        if isinstance(one, Route) and one.param_convertors:
            pattern = plain[one.path]
            begin = len(re.escape(one.path.partition("{")[0])) + 1  # behind `^`
            nearer = {
                NAMED.sub("", plain[path])[begin:]
                for path, shown in formats.items()
                if re.match(pattern, shown) and not re.match(plain[path], formats[one.path])
            }
            apart = f"(?!{'|'.join(sorted(nearer))})" if nearer else ""
            one.path_regex = re.compile(pattern[:begin] + apart + pattern[begin:])
