"""What the operator sees of members in lists: their references, with dots in the middle.

A brand sees its own members. The operator runs the exchange for many brands, and finds one member
by asking about that one.
"""

from api.http.auth import Call
from exchange.coupons import masked
from ledger.book import Programme


def member_shown(call: Call, programme: Programme, member: str) -> str:
    """A member's reference as the caller sees it in a list."""
    is_own = call.user.party.party_id == programme.party_id
    return member if is_own else masked(member)
