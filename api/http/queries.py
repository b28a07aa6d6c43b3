"""The query of an address: only parameters that the address has, each of them once.

A parameter that nobody reads is a mistake of the caller's. A misspelt filter that is ignored would
select everything.
"""

from functools import cache
from urllib.parse import parse_qsl

from litestar.handlers import BaseRouteHandler
from litestar.params import QueryParameter

from api.http.problems import QueryParameterUnknown, invalid_at, pointer_of

NAME_SHOWN_LENGTH_MAX = 100


@cache
def parameters_of(handler: BaseRouteHandler) -> tuple[str, ...]:
    """The names of the query parameters that a handler declares."""
    declared = handler.parsed_fn_signature.parameters.items()
    return tuple(
        definition.name or name
        for name, field in declared
        if isinstance(definition := field.kwarg_definition, QueryParameter)
    )


def require_known_query(handler: BaseRouteHandler, query_string: bytes) -> None:
    """Refuse a query with a parameter that the handler does not declare, or with one twice.

    Raises:
        QueryParameterUnknown: the address has no such parameter.
        RequestInvalid: a parameter is there twice.
    """
    if not query_string:
        return
    known = parameters_of(handler)
    seen: set[str] = set()
    for name, _ in parse_qsl(query_string.decode("latin-1"), keep_blank_values=True):
        if name not in known:
            raise QueryParameterUnknown(
                f"{name[:NAME_SHOWN_LENGTH_MAX]!r} is not a parameter of this address",
                errors=[{"pointer": pointer_of(name), "detail": "There is no such parameter"}],
                known=list(known),
            )
        if name in seen:
            raise invalid_at(pointer_of(name), "A parameter should be there once")
        seen.add(name)
