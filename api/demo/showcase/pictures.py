"""Pictures of offers, drawn as SVG: a sign of the category on its colours (pure).

Each category has two colours and a sign of a few shapes. The offer's code turns the background a
little, so that two offers of a category differ. Nothing in a picture runs, loads or repeats.
"""

import hashlib
from html import escape

from api.demo.showcase.world import Offer

_COLOURS = {
    "bills": ("#2f6f8f", "#9bd1e5"),
    "food": ("#8a4b2d", "#f2c08b"),
    "health": ("#2d7d6b", "#a9dfc9"),
    "hotel": ("#5b4a8a", "#cbbcf0"),
    "music": ("#9a3462", "#f3a9c7"),
    "shopping": ("#7a5c1e", "#ecd38b"),
    "travel": ("#1f5f9e", "#a5cdf3"),
    "video": ("#8f2f36", "#f2a79f"),
}
_SIGNS = {
    "bills": (
        '<path d="M172 60 128 142h36l-14 58 62-88h-38l20-52z"/>'
        '<circle cx="236" cy="78" r="9"/><circle cx="104" cy="182" r="9"/>'
    ),
    "food": (
        '<path d="M96 104h108v34a54 54 0 0 1-108 0z"/>'
        '<path d="M204 112h14a22 22 0 0 1 0 44h-20" fill="none" stroke="#fff" stroke-width="11"/>'
        '<path d="M126 62q-12 14 0 28M150 56q-12 16 0 34M174 62q-12 14 0 28" fill="none"'
        ' stroke="#fff" stroke-width="8" stroke-linecap="round"/>'
        '<rect x="88" y="200" width="132" height="9" rx="4"/>'
    ),
    "health": (
        '<path d="M160 204c-92-58-74-128-30-128 18 0 26 12 30 22 4-10 12-22 30-22 44 0 62 70-30'
        ' 128z"/><path d="M151 108h18v20h20v18h-20v20h-18v-20h-20v-18h20z" fill="#0002"/>'
    ),
    "hotel": (
        '<rect x="74" y="76" width="12" height="128" rx="6"/>'
        '<rect x="86" y="150" width="150" height="32" rx="6"/>'
        '<rect x="228" y="150" width="12" height="54" rx="6"/><circle cx="116" cy="126" r="18"/>'
        '<path d="M142 146v-22a14 14 0 0 1 14-14h56a24 24 0 0 1 24 24v12z"/>'
    ),
    "music": (
        '<path d="M134 76 214 60v112h-14V98l-52 10v76h-14z"/>'
        '<ellipse cx="126" cy="188" rx="24" ry="18"/><ellipse cx="192" cy="174" rx="24" ry="18"/>'
    ),
    "shopping": (
        '<path d="M92 104h136l10 100H82z"/>'
        '<path d="M126 116V92a34 34 0 0 1 68 0v24" fill="none" stroke="#fff" stroke-width="11"/>'
    ),
    "travel": (
        '<path transform="rotate(42 160 128)" d="M160 44c8 0 12 13 12 27v36l72 46v17l-72-22v34'
        'l22 17v13l-34-10-34 10v-13l22-17v-34l-72 22v-17l72-46V71c0-14 4-27 12-27z"/>'
    ),
    "video": (
        '<rect x="70" y="78" width="180" height="116" rx="14"/>'
        '<path d="M142 106v60l54-30z" fill="#0003"/><rect x="118" y="204" width="84" height="9"'
        ' rx="4"/>'
    ),
}


def draw_picture(offer: Offer) -> bytes:
    """The picture of an offer, four by three."""
    top = offer.category.partition(".")[0]
    dark, light = _COLOURS[top]
    drawn = hashlib.sha256(offer.code.encode()).digest()
    turn, across, down = drawn[0] % 90, 40 + drawn[1] % 240, 20 + drawn[2] % 200
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 240" role="img">'
        f"<title>{escape(offer.en[0])}</title>"
        f'<defs><linearGradient id="g" gradientTransform="rotate({turn})">'
        f'<stop offset="0" stop-color="{dark}"/><stop offset="1" stop-color="{light}"/>'
        "</linearGradient></defs>"
        '<rect width="320" height="240" fill="url(#g)"/>'
        f'<circle cx="{across}" cy="{down}" r="{60 + drawn[3] % 60}" fill="#fff"'
        ' fill-opacity=".14"/>'
        f'<circle cx="{320 - across}" cy="{240 - down}" r="{30 + drawn[4] % 40}" fill="#000"'
        ' fill-opacity=".06"/>'
        f'<g fill="#fff" fill-opacity=".95">{_SIGNS[top]}</g></svg>'
    ).encode()
