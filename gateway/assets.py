"""Static files: addressed by the hash of their content, compressed once, kept by browsers for ever.

`/static/gatehouse.1f0c2a9b3d.css` never changes, so it is cached without asking again; `/static/gatehouse.css` works
too (the manifest and paper need fixed addresses) and is revalidated by its ETag.
"""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

STATIC = Path(__file__).parent / "static"

_KINDS = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webmanifest": "application/manifest+json",
}
_FOR_EVER = "public, max-age=31536000, immutable"


@dataclass
class Asset:
    """One file: its name under `static/`, its bytes and what is derived from them."""

    name: str
    body: bytes

    @cached_property
    def mark(self) -> str:
        """The first ten hex digits of the SHA-256 of the content."""
        return hashlib.sha256(self.body).hexdigest()[:10]

    @cached_property
    def hashed_name(self) -> str:
        """The name that changes with the content: gatehouse.1f0c2a9b3d.css."""
        path = Path(self.name)
        return str(path.with_name(f"{path.stem}.{self.mark}{path.suffix}"))

    @cached_property
    def gzipped(self) -> bytes:
        """The content compressed once, at the best level; made when first asked for."""
        return gzip.compress(self.body, 9, mtime=0)

    @property
    def media_type(self) -> str:
        """Content-Type of the file."""
        return _KINDS[Path(self.name).suffix]

    @property
    def shrinks(self) -> bool:
        """Whether compressing is worth it: text, and more than a packet."""
        return not self.name.endswith(".png") and len(self.body) > 1024


class Assets:
    """All static files, read once at start."""

    def __init__(self, folder: Path = STATIC) -> None:
        files = (path for path in sorted(folder.rglob("*")) if path.suffix in _KINDS)
        self._by_name = {name: Asset(name, path.read_bytes()) for path in files for name in [_name(path, folder)]}
        self._by_hashed_name = {asset.hashed_name: asset for asset in self._by_name.values()}

    def url(self, name: str) -> str:
        """The address of a file by its name under `static/`. Raises KeyError for a file that is not there."""
        return f"/static/{self._by_name[name].hashed_name}"

    async def serve(self, request: Request) -> Response:
        """`GET /static/{path:path}`: the file, gzipped where the browser takes it, 404 for anything else."""
        path = request.path_params["path"]
        asset = self._by_hashed_name.get(path)
        if asset:
            return _answer(request, asset, {"Cache-Control": _FOR_EVER})
        asset = self._by_name.get(path)
        if asset is None:
            return Response(status_code=404)
        headers = {"Cache-Control": "no-cache", "ETag": f'"{asset.mark}"'}
        if request.headers.get("if-none-match") == headers["ETag"]:
            return Response(status_code=304, headers=headers)
        return _answer(request, asset, headers)


def _name(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix()


def _answer(request: Request, asset: Asset, headers: dict[str, str]) -> Response:
    headers = headers | {"X-Content-Type-Options": "nosniff"}
    if not asset.shrinks:
        return Response(asset.body, headers=headers, media_type=asset.media_type)
    headers["Vary"] = "Accept-Encoding"
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return Response(asset.body, headers=headers, media_type=asset.media_type)
    headers["Content-Encoding"] = "gzip"
    return Response(asset.gzipped, headers=headers, media_type=asset.media_type)
