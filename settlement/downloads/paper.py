"""The front page of a statement as PDF, for people to sign and to draw an invoice from.

No font is shipped. Latin text is set in one that every reader of PDF has, other text in one that
readers have for Chinese. The bytes follow from the statement, without the time of making.
"""

import re
from collections.abc import Sequence
from decimal import Decimal
from html import escape
from pathlib import Path

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from settlement.downloads.front import Front, FrontItem

FONT = "STSong-Light"
LATIN_FONT = "Helvetica"
MARGIN = 15 * mm
WIDTH = landscape(A4)[0] - 2 * MARGIN
_SHARES = (16, 9, 6, 7, 9, 10, 6, 9, 10, 9, 5, 5, 9)
"""How wide the columns of the table are, in comparison."""

_LATIN = re.compile("[ -~]+")

_TEXT = ParagraphStyle("text", fontName=FONT, fontSize=8.5, leading=11, wordWrap="CJK")
_BOLD = ParagraphStyle("bold", parent=_TEXT, fontSize=9.5, leading=13)
_TITLE = ParagraphStyle("title", parent=_TEXT, fontSize=15, leading=20)
_NUMBER = ParagraphStyle("number", parent=_TEXT, alignment=2)

_GRID = TableStyle(
    [
        ("GRID", (0, 0), (-1, -1), 0.4, colors.grey),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("BACKGROUND", (0, 0), (-1, 0), colors.whitesmoke),
        ("LEFTPADDING", (0, 0), (-1, -1), 3),
        ("RIGHTPADDING", (0, 0), (-1, -1), 3),
    ]
)
_PLAIN = TableStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 0)])


def write_paper(front: Front, target: Path) -> None:
    """Write a front page as PDF."""
    registerFont(UnicodeCIDFont(FONT))
    document = SimpleDocTemplate(
        str(target),
        pagesize=landscape(A4),
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=MARGIN,
        bottomMargin=MARGIN,
        title=front.title,
        invariant=1,
    )
    parties = [[Paragraph(_set(role), _BOLD), *_pairs(pairs)] for role, pairs in front.parties]
    document.build(
        [
            Paragraph(_set(front.title), _TITLE),
            Spacer(0, 3 * mm),
            *_pairs(front.about),
            Spacer(0, 3 * mm),
            Table([parties], colWidths=[WIDTH / len(parties)] * len(parties), style=_PLAIN),
            Spacer(0, 3 * mm),
            _table(front),
            Spacer(0, 3 * mm),
            *_pairs(front.notes),
        ]
    )


def _pairs(pairs: Sequence[tuple[str, str]]) -> list[Paragraph]:
    return [Paragraph(_set(f"{name}: {value}"), _TEXT) for name, value in pairs]


def _table(front: Front) -> Table:
    heading = [Paragraph(_set(each), _TEXT) for each in front.headings]
    rows = [heading, *(_cells(item) for item in (*front.items, front.total))]
    unit = WIDTH / sum(_SHARES)
    # A long table goes on on the next page, with its heading again.
    return Table(rows, colWidths=[unit * share for share in _SHARES], repeatRows=1, style=_GRID)


def _cells(item: FrontItem) -> list[Paragraph]:
    return [
        Paragraph(_shown(cell), _NUMBER if isinstance(cell, int | Decimal) else _TEXT)
        for cell in item.cells
    ]


def _shown(cell: str | int | Decimal | None) -> str:
    if cell is None:
        return ""
    return _set(f"{cell:,f}" if isinstance(cell, Decimal) else str(cell))


def _set(text: str) -> str:
    """The text as markup that names the font of its Latin parts."""
    return _LATIN.sub(lambda run: f'<font name="{LATIN_FONT}">{escape(run[0])}</font>', text)
