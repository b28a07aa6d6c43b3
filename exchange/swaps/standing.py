"""Who owes whom how much in a swap, and when one direction must stop. Pure.

Each side gives rights to the other's members. A used right is worth what the swap says, and so is a
claim that a placement brought. The balance of a side is what it gave less what it got. Its exposure
adds the rights it gave that are out and not used yet: what the other side will owe if all of these
are used. At the limit, nothing more is given out of this side's rights. The other direction goes
on, and lowers the exposure.

Everything is counted from coupons as they stand. A use that was reversed is no use any more, so it
subtracts what it had added: a swap never changes its values.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class StandingState(StrEnum):
    """How near the exposure of a side has come to the limit."""

    OK = "ok"
    ALERT = "alert"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Piece:
    """What a side gives of one offer, in pieces: in all, out in members' hands, and used."""

    offer_id: int
    unit_value_minor: int
    granted: int
    outstanding: int
    used: int


@dataclass(frozen=True, slots=True)
class Given:
    """What a side has given: rights, and traffic by claims that were measured."""

    pieces: Sequence[Piece]
    traffic_minor: int = 0


@dataclass(frozen=True, slots=True)
class Standing:
    """How one side stands. A positive balance is what the other side owes it."""

    granted: int
    outstanding: int
    used: int
    outstanding_minor: int
    used_minor: int
    traffic_minor: int
    balance_minor: int
    exposure_minor: int
    state: StandingState


def standing(
    one: Given, other: Given, *, limit_minor: int, alert_percent: int
) -> tuple[Standing, Standing]:
    """How both sides stand, in the order in which they are given."""
    return (
        _standing(one, other, limit_minor, alert_percent),
        _standing(other, one, limit_minor, alert_percent),
    )


def _standing(mine: Given, theirs: Given, limit_minor: int, alert_percent: int) -> Standing:
    balance_minor = _value_minor(mine) - _value_minor(theirs)
    outstanding_minor = sum(each.outstanding * each.unit_value_minor for each in mine.pieces)
    exposure_minor = balance_minor + outstanding_minor
    return Standing(
        granted=sum(each.granted for each in mine.pieces),
        outstanding=sum(each.outstanding for each in mine.pieces),
        used=sum(each.used for each in mine.pieces),
        outstanding_minor=outstanding_minor,
        used_minor=_used_minor(mine),
        traffic_minor=mine.traffic_minor,
        balance_minor=balance_minor,
        exposure_minor=exposure_minor,
        state=_state(exposure_minor, limit_minor, alert_percent),
    )


def _used_minor(given: Given) -> int:
    return sum(each.used * each.unit_value_minor for each in given.pieces)


def _value_minor(given: Given) -> int:
    return _used_minor(given) + given.traffic_minor


def _state(exposure_minor: int, limit_minor: int, alert_percent: int) -> StandingState:
    if exposure_minor >= limit_minor:
        return StandingState.STOPPED
    if exposure_minor * 100 >= limit_minor * alert_percent:
        return StandingState.ALERT
    return StandingState.OK
