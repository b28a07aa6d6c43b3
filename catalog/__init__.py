"""Who offers what to whom: parties and their keys, categories, isolation, offers, allotments.

It promises:

- a brand is never shown, sold or delivered an offer isolated from it, and for any brand and offer it can say which rule decided: one
  pure function, `isolation.decide`, is behind list, get, redeem and procurement alike;
- a published version of an offer never changes, and at any instant at most one version of an offer is sold;
- an allotment is never drawn below zero or given back above what was granted, whoever races;
- an API key is stored as its SHA-256 alone and compared in constant time.

It never commits, reads a clock or the environment, or moves points: the caller owns the transaction and gives the instant; points
belong to `ledger`. Signing secrets arrive sealed and stay so. Shared data (parties, categories, rules, offers) has no book; what belongs
to a book (allotments) has it first in its key.

One file per noun: `parties`, `keys`, `endpoints`, `categories`, `isolation` (pure) and `isolation_rules` (stored), `publishing` (a
supplier writes offers), `offers` (reading them), `allotments`; `limits` names every limit. Refusals stand beside the code that raises.
"""

from catalog.allotments import Allotment, allotments, give_back, grant_allotment, take
from catalog.categories import create_category
from catalog.endpoints import Endpoint, find_endpoint, set_endpoint
from catalog.isolation import Decision, Rule, Side, decide
from catalog.isolation_rules import add_node_rule, add_rule, load_rules
from catalog.keys import Identity, authenticate, create_key, ensure_key
from catalog.offers import Offer, explain, list_offers, visible_offer, visible_offers
from catalog.parties import Party, create_party, find_party
from catalog.publishing import Terms, publish_offer, revise_offer

__all__ = [
    "Allotment",
    "Decision",
    "Endpoint",
    "Identity",
    "Offer",
    "Party",
    "Rule",
    "Side",
    "Terms",
    "add_node_rule",
    "add_rule",
    "allotments",
    "authenticate",
    "create_category",
    "create_key",
    "create_party",
    "decide",
    "ensure_key",
    "explain",
    "find_endpoint",
    "find_party",
    "give_back",
    "grant_allotment",
    "list_offers",
    "load_rules",
    "publish_offer",
    "revise_offer",
    "set_endpoint",
    "take",
    "visible_offer",
    "visible_offers",
]
