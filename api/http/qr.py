"""QR codes as SVG."""

import io

import segno

SVG_MEDIA_TYPE = "image/svg+xml"
QUIET_MODULES = 4
"""The white border that a scanner needs."""


def qr_svg(text: str) -> bytes:
    """A picture of the text, to be shown at any size.

    A quarter of it may be dirty or hidden by a reflection (error correction Q), as on a phone.
    """
    file = io.BytesIO()
    segno.make(text, error="q", micro=False).save(
        file, kind="svg", border=QUIET_MODULES, xmldecl=False, svgns=True, omitsize=True
    )
    return file.getvalue()
