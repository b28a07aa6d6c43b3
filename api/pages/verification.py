"""Files by which WeChat sees whose a domain is. They must stand at the root of the domain.

WeChat gives such a file to whoever registers a business domain (业务域名). Only names of its own
forms are served, from one directory, and only small files: nothing else there can be reached.
"""

import re
from pathlib import Path

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from api.http.auth import PUBLIC
from api.http.problems import RouteNotFound

FILE_BYTES_MAX = 1_024
NAME = re.compile(r"(?:(?:MP|WW)_verify_[A-Za-z0-9]{16}|[A-Za-z0-9]{8,16})\.txt")
"""It has no slash, and no dot but one. So it cannot lead out of the directory."""


def verification_routes(directory: str) -> list[HTTPRouteHandler]:
    """The address at which the files of this directory are served. None without a directory."""
    if not directory:
        return []

    @get(
        "/{name:str}",
        opt={**PUBLIC, "page": True},
        include_in_schema=False,
        sync_to_thread=True,
    )
    def verification_file(name: FromPath[str]) -> Response[bytes]:
        """A file by which WeChat sees whose the domain is."""
        content = _read(Path(directory) / name) if NAME.fullmatch(name) else None
        if content is None:
            raise RouteNotFound
        headers = {"Cache-Control": "no-cache"}
        return Response(content, media_type="text/plain; charset=utf-8", headers=headers)

    return [verification_file]


def _read(path: Path) -> bytes | None:
    """A small ordinary file. It may come and go while the service runs."""
    try:
        if not path.is_file():
            return None
        with path.open("rb") as file:
            content = file.read(FILE_BYTES_MAX + 1)
    except OSError:
        return None
    return content if len(content) <= FILE_BYTES_MAX else None
