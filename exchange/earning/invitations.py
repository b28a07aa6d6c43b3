"""The worker's round over invites that wait for the friend's use of a coupon."""

from datetime import timedelta

from catalog import WORKER
from exchange.earning.decide import Why
from exchange.earning.earn import earn_events
from exchange.earning.friends import (
    INVITATION_DAYS,
    Invitation,
    end_invitations,
    load_friends,
    load_invitations,
)
from exchange.earning.request import EarnRequest, why_of
from exchange.earning.terms import INVITE
from ledger import Ledger, read_clock
from ledger.asks import Answer
from ledger.book import Programme, programme_day
from ledger.read import heirs

PAGE = 500
_AGAIN: frozenset[Why] = frozenset({"cap", "budget"})
"""What a day refuses may be given on the next."""


async def settle_invitations(ledger: Ledger, programme: Programme) -> int:
    """Have the inviters earn whose friends have used a coupon. Returns how many did.

    It can stop anywhere, and two rounds at once do no harm: each earning has its own key.
    """
    earned, after = 0, b""
    while True:
        async with ledger.database.transaction() as connection:
            page = await load_invitations(connection, programme.book_id, after, PAGE)
        if not page:
            return earned
        earned += await _settle(ledger, programme, page)
        after = page[-1].friend.digest


async def _settle(ledger: Ledger, programme: Programme, page: list[Invitation]) -> int:
    book_id = programme.book_id
    async with ledger.database.transaction() as connection:
        now = await read_clock(connection)
        merged = await heirs(connection, programme, {each.inviter for each in page})
        inviters = {each.friend: merged.get(each.inviter, each.inviter) for each in page}
        friends = await load_friends(
            connection,
            book_id,
            [(inviters[each.friend], each.friend, each.invited_at) for each in page],
        )
    found = {each.friend: friends[inviters[each.friend], each.friend] for each in page}
    ready = [each for each in page if found[each.friend].is_new and found[each.friend].has_used]
    day = programme_day(now, programme.time_zone).isoformat()
    answers = await earn_events(
        ledger,
        programme,
        [
            EarnRequest(
                key=f"invited:{each.friend.digest.hex()}:{day}",
                member=inviters[each.friend],
                event=INVITE,
                friend=each.friend,
                invited_at=each.invited_at,
            )
            for each in ready
        ],
        recorded_by=WORKER,
    )
    # The identifier was unknown, and is by now somebody's who is no new friend.
    over = {each.friend for each in page if not found[each.friend].is_new}
    over |= {
        each.friend for each in page if each.invited_at < now - timedelta(days=INVITATION_DAYS)
    }
    over |= {
        each.friend
        for each, answer in zip(ready, answers, strict=True)
        if why_of(answer) not in _AGAIN
    }
    if over:
        async with ledger.database.transaction(actor=WORKER) as connection:
            await end_invitations(connection, book_id, over)
    return sum(isinstance(answer, Answer) and answer.accepted for answer in answers)
