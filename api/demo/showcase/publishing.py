"""Publishes what a supplier offers: pictures, terms in two languages, card codes, supply terms."""

from datetime import timedelta
from typing import Any

from api.demo.showcase.asking import JSON, Desk
from api.demo.showcase.pictures import draw_picture
from api.demo.showcase.story import Story, seeded
from api.demo.showcase.world import CURRENCY, FEW_CODES, Member, Offer, World

SUPPLY_MAX = 1_000_000
_PILE_LEFT, _PILE = 14, 240
"""Card codes beside those that are given out: of the offer that has few, and of the others."""
_DRAFT, _IN_REVIEW = "DRAFT", "IN_REVIEW"


def begin_of(story: Story) -> str:
    """Since when rules and offers hold: the first instant of the story."""
    return (story.halves[0].first_day - timedelta(days=1)).isoformat() + "T16:00:00Z"


async def publish(
    party: Member, world: World, story: Story, desk: Desk, operator: Desk
) -> dict[str, int]:
    """Publish the party's offers, each with its picture, and let all brands procure them.

    Returns their ids by code. A supplier with an offer that is to be reviewed is trusted no more.
    """
    own = [offer for offer in world.offers if offer.supplier == party.code]
    published: dict[str, int] = {}
    for is_reviewed in (False, True):
        part = [offer for offer in own if (offer.state == _IN_REVIEW) == is_reviewed]
        if part and is_reviewed:
            await operator.put(f"/v1/parties/{party.code}/trust", {"trusted": False})
        items = []
        for offer in part:
            sent = await desk.send_file(
                "/v1/pictures", draw_picture(offer), "image/svg+xml", key=f"picture-{offer.code}"
            )
            items.append(_terms_of(world, story, offer, sent["address"]))
        answers = await desk.batch("/v1/offers/batch", "offers", items) if items else []
        for offer, answer in zip(part, answers, strict=True):
            published[offer.code] = answer["offer_id"]
            if offer.fulfilment == "card_code":
                await _fill(story, desk, offer, answer["offer_id"])
    terms = {
        "offer_id": None,
        "brands": None,
        "quantity_max": SUPPLY_MAX,
        "valid_from": begin_of(story),
    }
    await desk.do("/v1/supply-terms", terms, key=f"supply-terms-{party.code}")
    return published


async def _fill(story: Story, desk: Desk, offer: Offer, offer_id: int) -> None:
    """Put card codes into the pool of an offer. Of one there are few."""
    taken = sum(each.offer == offer for each in story.redemptions())
    draw = seeded(f"codes-{offer.code}")
    codes = [
        {
            "key": f"{number}",
            "number": f"{draw.randrange(10**11, 10**12)}",
            "secret": f"{draw.randrange(10**7, 10**8)}",
            "batch": f"{story.now:%Y-%m}",
        }
        for number in range(taken + (_PILE_LEFT if offer.code == FEW_CODES else _PILE))
    ]
    await desk.ask(f"/v1/offers/{offer_id}/codes", {"codes": codes})


def _terms_of(world: World, story: Story, offer: Offer, picture: str) -> JSON:
    ending = world.terms[offer.fulfilment]
    said: dict[str, Any] = {
        "key": f"showcase-offer-{offer.code}",
        "code": offer.code,
        "name": offer.zh[0],
        "subtitle": offer.zh[1],
        "terms_text": f"{offer.zh[2]}\n{ending['zh']}",
        "texts": {
            "en": {
                "name": offer.en[0],
                "subtitle": offer.en[1],
                "terms_text": f"{offer.en[2]}\n{ending['en']}",
            }
        },
        "images": [picture],
        "face_value_minor": offer.face_value_minor,
        "currency": CURRENCY,
        "points": offer.points,
        "fulfilment": offer.fulfilment,
        "kind": offer.kind,
        "category": offer.category,
        "valid_from": begin_of(story),
        "use_within_days": offer.lifetime_days,
        "gift_hops": offer.gift_hops,
        "return_within_days": offer.return_within_days,
        "threshold_minor": offer.threshold_minor,
        "discount_permille": offer.discount_permille,
    }
    if offer.fulfilment == "direct":
        # Its supplier says when it was used: see `history`.
        said |= {"counts_as_used": "use", "account_pattern": r"1[3-9]\d{9}"}
    if offer.state == _DRAFT:
        said["state"] = _DRAFT
    return {name: value for name, value in said.items() if value is not None}
