"""The stock of partner rights that a brand has for its members."""

from catalog.procurement.allotments import (
    Allotment,
    give_back,
    grant_allotment,
    list_allotments,
    load_allotments,
    shortage_refusal,
    take,
)

__all__ = [
    "Allotment",
    "give_back",
    "grant_allotment",
    "list_allotments",
    "load_allotments",
    "shortage_refusal",
    "take",
]
