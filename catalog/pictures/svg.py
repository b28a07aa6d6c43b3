"""What an SVG may have in it (pure).

Only shapes, text, gradients and clips are allowed, by name. So nothing can run, load, follow a link
or animate. Elements that repeat others (`use`, `pattern`) are left out too: a few of them, nested,
keep a browser busy for ever. A document type is refused where it begins, before its entities are
read.
"""

import re
from typing import Any
from xml.parsers import expat

_SVG = "http://www.w3.org/2000/svg"
_ELEMENTS = frozenset(
    {
        *("svg", "g", "defs", "title", "desc", "text", "tspan", "clipPath"),
        *("path", "rect", "circle", "ellipse", "line", "polyline", "polygon"),
        *("linearGradient", "radialGradient", "stop"),
    }
)
_ELSEWHERE = re.compile(r"url\(\s*['\"]?\s*(?!#)|@import|expression\(|\\", re.IGNORECASE)
"""What leads elsewhere in a value, or may hide that it does."""


class _NotAllowed(Exception):
    """Something in the file is not allowed. The message says what."""


class _Reader:
    def __init__(self) -> None:
        self.depth = 0

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        space, _, local = name.rpartition(" ")
        if space != _SVG or local not in _ELEMENTS:
            raise _NotAllowed(f"an SVG may not have the element {local[:40]!r}")
        if (self.depth == 0) != (local == "svg"):
            raise _NotAllowed("an SVG is one svg element, with none inside")
        self.depth += 1
        for each, value in attributes.items():
            space, _, attribute = each.rpartition(" ")
            if space or attribute.lower().startswith("on") or attribute.lower() == "href":
                raise _NotAllowed(f"an SVG may not have the attribute {attribute[:40]!r}")
            if _ELSEWHERE.search(value):
                raise _NotAllowed(f"the attribute {attribute[:40]!r} may lead elsewhere")

    def end(self, _: str) -> None:
        self.depth -= 1

    def refuse(self, *_: Any) -> None:
        raise _NotAllowed("an SVG may have neither a document type nor instructions")


def svg_fault(content: bytes) -> str | None:
    """Why this is no SVG that may be kept. None if it may."""
    reader = _Reader()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = reader.begin
    parser.EndElementHandler = reader.end
    parser.StartDoctypeDeclHandler = reader.refuse
    parser.ProcessingInstructionHandler = reader.refuse
    try:
        parser.Parse(content, True)
    except _NotAllowed as refused:
        return str(refused)
    except (expat.ExpatError, LookupError, ValueError):
        return "it is no SVG, PNG, JPEG or WebP"
    return None
