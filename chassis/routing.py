"""Which route a request is for: a path that is named in full is never taken for a value of another route's path.

`/visits/waiting` and `/visits/{visit_id}:withdraw` also look like `/visits/{visit_id}`. Routes are tried in order,
so a wrong method on the first would be judged by the second's parameters; here it is 405, with every method there is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from fastapi import FastAPI
from starlette.requests import Request
from starlette.routing import BaseRoute, Match, Route, Router, compile_path

NAMED = re.compile(r"\?P<\w+>")


def add_routes(app: FastAPI, *routers: Router) -> None:
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
    compiled = {one.path: compile_path(one.path)[:2] for one in routes if isinstance(one, Route)}
    for one in routes:
        if isinstance(one, Route) and one.param_convertors:
            plain, shape = compiled[one.path]
            common = one.path.partition("{")[0]
            begin = len(re.escape(common)) + 1  # behind `^`
            nearer = {
                NAMED.sub("", other.pattern)[begin:]
                for other, shown in compiled.values()
                if shown.startswith(common) and plain.match(shown) and not other.match(shape)
            }
            if nearer:
                apart = f"(?!{'|'.join(sorted(nearer))})"
                one.path_regex = re.compile(plain.pattern[:begin] + apart + plain.pattern[begin:])
