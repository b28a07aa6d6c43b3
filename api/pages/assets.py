"""The files that pages load: styles, scripts, icons. All are our own server's.

Each has its content's digest in its address, so that a browser keeps it for good. They are read and
compressed once. `VENDORED.md` tells where those come from that are not ours.
"""

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath

from api.http.auth import PUBLIC
from api.http.problems import RouteNotFound

DIRECTORY = Path(__file__).parent / "static"
PATH = "/assets"
_MEDIA_TYPES: Mapping[str, str] = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
}
_FOR_GOOD = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Asset:
    """A file as it is sent."""

    digest: str
    media_type: str
    plain: bytes
    zipped: bytes


@cache
def assets() -> Mapping[str, Asset]:
    """All files, by name."""
    found = {}
    for path in sorted(DIRECTORY.iterdir()):
        if path.suffix in _MEDIA_TYPES:
            content = path.read_bytes()
            found[path.name] = Asset(
                hashlib.sha256(content).hexdigest()[:16],
                _MEDIA_TYPES[path.suffix],
                content,
                gzip.compress(content, 9, mtime=0),
            )
    return found


def asset(name: str) -> str:
    """The address of a file.

    Raises:
        KeyError: there is no such file.
    """
    return f"{PATH}/{assets()[name].digest}/{name}"


@get(
    f"{PATH}/{{digest:str}}/{{name:str}}",
    opt={**PUBLIC, "page": True},
    include_in_schema=False,
    sync_to_thread=False,
)
def asset_file(
    request: Request[Any, Any, Any], digest: FromPath[str], name: FromPath[str]
) -> Response[bytes]:
    """A file, of this version and no other."""
    found = assets().get(name)
    if found is None or found.digest != digest:
        raise RouteNotFound
    headers = {"Cache-Control": _FOR_GOOD, "Vary": "Accept-Encoding"}
    if accepts_gzip(request):
        headers["Content-Encoding"] = "gzip"
        return Response(found.zipped, media_type=found.media_type, headers=headers)
    return Response(found.plain, media_type=found.media_type, headers=headers)


def accepts_gzip(request: Request[Any, Any, Any]) -> bool:
    """Whether the browser takes an answer that is compressed."""
    return "gzip" in request.headers.get("accept-encoding", "")
