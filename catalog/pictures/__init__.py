"""Pictures of offers, kept by the exchange and shown from its own address.

Promises:

- A picture is named by the SHA-256 of its bytes. So its address always shows the same bytes.
- What is kept is an SVG without anything that runs or loads, or a PNG, JPEG or WebP.
- Whoever knows the address may see the picture. Nobody can list or guess the addresses of others.

Never:

- A picture never changes. Another one has another name.
- What a picture is, is never believed from its name or header, but read from its bytes.

Start here:

- `content`: what may be a picture, and of which type it is (pure).
- `svg`: what an SVG may have in it (pure).
- `stored`: pictures as they are stored, found and removed.
"""

from catalog.pictures.content import PICTURE_TYPES, SVG_TYPE
from catalog.pictures.stored import (
    Picture,
    find_picture,
    keep_picture,
    remove_picture,
)

__all__ = [
    "PICTURE_TYPES",
    "SVG_TYPE",
    "Picture",
    "find_picture",
    "keep_picture",
    "remove_picture",
]
