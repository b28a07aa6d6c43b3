"""The one JSON encoder of answers: times as RFC 3339 in UTC with `Z`, days as days.

Every body goes through `encode`: what a handler returns, stored answers, problems. So the same
instant reads the same wherever it is told.
"""

from typing import Any

import orjson
from litestar import MediaType, Response
from litestar.serialization import default_serializer
from litestar.types import Serializer

from ledger import JSON


def encode(document: JSON) -> bytes:
    """A document as the bytes of a body."""
    return orjson.dumps(document, option=orjson.OPT_UTC_Z)


def plain(document: JSON) -> JSON:
    """A document made of what JSON has: encoded now or after it was stored, it is the same bytes."""
    return orjson.loads(encode(document))


class JsonResponse(Response[Any]):
    """What a handler returns, encoded."""

    def render(
        self, content: Any, media_type: str, enc_hook: Serializer = default_serializer
    ) -> bytes:
        """The body; what is no document (text, bytes, nothing) is left to the framework."""
        if media_type == MediaType.JSON and isinstance(content, dict | list):
            return encode(content)
        return super().render(content, media_type, enc_hook)
