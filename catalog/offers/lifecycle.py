"""The life of an offer, as a pure decision: what a verb makes of it, and who may say the verb.

    DRAFT → IN_REVIEW → LISTED ⇄ PAUSED → ENDED
              any but DRAFT → DEACTIVATED

A trusted supplier's offer skips the review. What the operator has paused, the operator alone lets
go on. An offer has also ended when the period of its last version is over: that is judged by time,
and a new version lets it go on.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import ClassVar, Literal, NamedTuple

from ledger import Refusal


class OfferState(StrEnum):
    """Where an offer stands. Only a listed one is shown to brands, procured and redeemed."""

    DRAFT = "DRAFT"
    IN_REVIEW = "IN_REVIEW"
    """Its supplier wants it listed, and the operator has not decided yet."""
    LISTED = "LISTED"
    PAUSED = "PAUSED"
    ENDED = "ENDED"
    DEACTIVATED = "DEACTIVATED"
    """The operator has taken it out for good. Coupons that are out stay as good as they were."""


Verb = Literal["submit", "approve", "reject", "pause", "resume", "end", "deactivate", "revise"]
Side = Literal["supplier", "operator"]
"""For whom a verb is said."""


class OfferStateRefused(Refusal):
    """The offer is in a state in which the caller may not do this. `allowed` says what it may."""

    code: ClassVar[str] = "offer-state"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The state of the offer does not allow this."


class Standing(NamedTuple):
    """What a decision about an offer depends on."""

    state: OfferState
    paused_by: Side | None = None


DRAFT, IN_REVIEW, LISTED = OfferState.DRAFT, OfferState.IN_REVIEW, OfferState.LISTED
PAUSED, ENDED, DEACTIVATED = OfferState.PAUSED, OfferState.ENDED, OfferState.DEACTIVATED

_MOVES: Mapping[tuple[OfferState, Verb], OfferState] = {
    (DRAFT, "submit"): IN_REVIEW,
    (DRAFT, "revise"): DRAFT,
    (IN_REVIEW, "approve"): LISTED,
    (IN_REVIEW, "reject"): DRAFT,
    (IN_REVIEW, "deactivate"): DEACTIVATED,
    (IN_REVIEW, "revise"): IN_REVIEW,
    (LISTED, "pause"): PAUSED,
    (LISTED, "end"): ENDED,
    (LISTED, "deactivate"): DEACTIVATED,
    (LISTED, "revise"): LISTED,
    (PAUSED, "pause"): PAUSED,
    (PAUSED, "resume"): LISTED,
    (PAUSED, "end"): ENDED,
    (PAUSED, "deactivate"): DEACTIVATED,
    (PAUSED, "revise"): PAUSED,
    (ENDED, "deactivate"): DEACTIVATED,
}
_OPERATOR_ALONE: frozenset[Verb] = frozenset({"approve", "reject", "deactivate"})
VERBS: tuple[Verb, ...] = (
    *("submit", "approve", "reject", "pause", "resume", "end", "deactivate", "revise"),
)


def state_at(stored: OfferState, *, is_over: bool) -> OfferState:
    """The state of an offer whose last period is over, or not."""
    return ENDED if is_over and stored in {LISTED, PAUSED} else stored


def move(standing: Standing, verb: Verb, side: Side, *, is_trusted: bool) -> Standing:
    """What the verb makes of the offer.

    Raises:
        OfferStateRefused: the side may not say the verb in this state.
    """
    after = _move(standing, verb, side, is_trusted=is_trusted)
    if after is None:
        able = allowed(standing, side, is_trusted=is_trusted)
        raise OfferStateRefused(
            f"an offer that is {standing.state} cannot be told to {verb}",
            state=standing.state,
            allowed=list(able),
        )
    return after


def allowed(standing: Standing, side: Side, *, is_trusted: bool) -> tuple[Verb, ...]:
    """The verbs that the side may say in this state."""
    return tuple(
        verb for verb in VERBS if _move(standing, verb, side, is_trusted=is_trusted) is not None
    )


def _move(standing: Standing, verb: Verb, side: Side, *, is_trusted: bool) -> Standing | None:
    state, paused_by = standing
    after = _MOVES.get((state, verb))
    if after is None or (verb in _OPERATOR_ALONE and side != "operator"):
        return None
    if state is PAUSED:
        # The operator may also take over what its supplier has paused, and nothing else changes.
        if verb == "pause" and not (side == "operator" and paused_by == "supplier"):
            return None
        if verb == "resume" and paused_by == "operator" and side != "operator":
            return None
    if verb == "submit" and is_trusted:
        after = LISTED
    if verb == "revise" and not is_trusted:
        # Nothing that the operator has not seen is listed, or would be by going on.
        after = {LISTED: IN_REVIEW, PAUSED: None}.get(state, after)
        if after is None:
            return None
    if after is not PAUSED:
        return Standing(after)
    return Standing(PAUSED, side if verb == "pause" else paused_by)
