"""The only JSON encoder of answers. Times are written as RFC 3339 in UTC with `Z`.

Every answer goes through `encode`: new ones, stored ones and problems. So the same instant has the
same text in all of them.
"""

from typing import Any

import orjson
from litestar import MediaType, Response
from litestar.serialization import default_serializer
from litestar.types import Serializer

from ledger import JSON


def encode(document: JSON) -> bytes:
    """The bytes of a document."""
    return orjson.dumps(document, option=orjson.OPT_UTC_Z)


def plain(document: JSON) -> JSON:
    """The document with nothing but JSON types, as it will be when it is read back from storage.

    So it is encoded to the same bytes now and on a replay.
    """
    return orjson.loads(encode(document))


class JsonResponse(Response[Any]):
    """The response to what a handler returns."""

    def render(
        self, content: Any, media_type: str, enc_hook: Serializer = default_serializer
    ) -> bytes:
        """The body. Content that is not a document (text, bytes, None) is left to the framework."""
        if media_type == MediaType.JSON and isinstance(content, dict | list):
            return encode(content)
        return super().render(content, media_type, enc_hook)
