"""The stages of a supplier, and the ways between them (pure).

    DECLARED → CHECKED → CANARY → OPEN       any ⇄ SUSPENDED

A supplier that nobody has staged is open, as it always was. Down goes one any number of steps, and
up a single one, from what the supplier was before a suspension. Up it goes only with a report of
the kit about its present address and secret, if it takes orders at all.
"""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar, Literal

from ledger import Refusal

SHARE_PERMYRIAD_MAX = 10_000
TAGS_MAX = 20
CANARY_PER_DAY_MAX = 1_000_000
P95_SECONDS_MAX = 86_400
FAILURE_PERMYRIAD = 200
"""The share of failures that is still good enough, unless the operator says another."""
P95_SECONDS = 60
"""Within which 95 of 100 orders are delivered, unless the operator says otherwise."""


class Stage(StrEnum):
    """How far a supplier is trusted."""

    DECLARED = "DECLARED"
    """It has said what it offers."""
    CHECKED = "CHECKED"
    """Its server was checked. No member meets it yet."""
    CANARY = "CANARY"
    """Some members do."""
    OPEN = "OPEN"
    SUSPENDED = "SUSPENDED"
    """Nothing of it is redeemed for the time being."""


_RANKS = {Stage.DECLARED: 0, Stage.CHECKED: 1, Stage.CANARY: 2, Stage.OPEN: 3}

WhyNotServed = Literal["canary", "suspended"]
"""Why a supplier does not serve a member: the member is not in its canary, or it is suspended."""


class StageOrder(Refusal):
    """A supplier does not go from its stage to that one."""

    code: ClassVar[str] = "stage-order"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The supplier does not go from its stage to that one."


class KitNotPassed(Refusal):
    """No report of the kit about the present address and secret is without a failed must."""

    code: ClassVar[str] = "kit-not-passed"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The supplier has not passed the kit with its present endpoint."


class StageInvalid(Refusal):
    """What was said of a stage does not fit it."""

    code: ClassVar[str] = "stage-invalid"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "What was said of the stage does not fit it."


@dataclass(frozen=True, slots=True, kw_only=True)
class StagePolicy:
    """Who is in a canary, how much it may be, and when it ends.

    - `share_permyriad`: the share of members, in ten thousandths. `tags`: the members that have one
      of them. A member is in the canary by either.
    - `per_day_max`, `open_orders_max`: how many rights are redeemed on a day of UTC, and how many
      orders may be open. None: any number.
    - `failure_permyriad`, `p95_seconds`: what is good enough.
    - `is_automatic`: the supplier is opened as soon as it is proven to be good enough.
    """

    share_permyriad: int | None = None
    tags: tuple[str, ...] = ()
    per_day_max: int | None = None
    open_orders_max: int | None = None
    failure_permyriad: int = FAILURE_PERMYRIAD
    p95_seconds: int = P95_SECONDS
    is_automatic: bool = False

    def require_valid(self, stage: Stage) -> None:
        """Refuse a canary without members.

        Raises:
            StageInvalid: nobody could be in it.
        """
        if stage is Stage.CANARY and self.share_permyriad is None and not self.tags:
            raise StageInvalid(
                "a canary has a share of the members, or tags", field="share_permyriad"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplierStage:
    """The stage of a supplier, as it is stored.

    - `suspended_from`: what it was before, while it is suspended.
    - `since`: when the stage began.
    - `taken`: how many rights were redeemed of it on `taken_on`, a day of UTC, while in its canary.
    """

    party_id: int
    stage: Stage
    policy: StagePolicy
    reason: str | None
    since: datetime
    suspended_from: Stage | None = None
    taken_on: date | None = None
    taken: int = 0

    def left_on(self, day: date) -> int | None:
        """How many more may be redeemed on a day of UTC. None: any number."""
        if self.policy.per_day_max is None:
            return None
        return max(0, self.policy.per_day_max - (self.taken if self.taken_on == day else 0))


@dataclass(frozen=True, slots=True)
class Who:
    """Who wants something of a supplier. `member` is None for nobody in particular."""

    book_id: int
    member: str | None
    tags: Collection[str] = ()


def bucket_of(supplier_id: int, book_id: int, member: str) -> int:
    """The place of a member among 10,000 at a supplier. It never changes, in no process."""
    about = f"{supplier_id}\n{book_id}\n{member}".encode()
    return int.from_bytes(hashlib.blake2b(about, digest_size=8).digest()) % SHARE_PERMYRIAD_MAX


def why_not_served(stage: SupplierStage | None, who: Who) -> WhyNotServed | None:
    """Why the supplier does not serve this member now. None: it does.

    The market, quotes and redemptions all ask here. None in place of a stage: nobody has staged it.
    """
    if stage is None or stage.stage is Stage.OPEN:
        return None
    if stage.stage is Stage.SUSPENDED:
        return "suspended"
    if stage.stage is not Stage.CANARY or who.member is None:
        return "canary"
    if not set(stage.policy.tags).isdisjoint(who.tags):
        return None
    share = stage.policy.share_permyriad or 0
    is_in = bucket_of(stage.party_id, who.book_id, who.member) < share
    return None if is_in else "canary"


def require_step(before: SupplierStage | None, after: Stage, *, has_passed: bool) -> None:
    """Require that a supplier goes to a stage. `has_passed`: the kit, or it takes no orders.

    Raises:
        StageOrder: it may not go there from where it is.
        KitNotPassed: it may, and has not passed the kit.
    """
    if after is Stage.SUSPENDED:
        return
    rank = _RANKS[_standing(before)]
    if _RANKS[after] > rank + 1:
        raise StageOrder(
            f"a supplier that is {_standing(before)} goes no further than one step",
            stage=str(_standing(before)),
        )
    is_up = _RANKS[after] > rank or (after is Stage.CHECKED and rank != _RANKS[after])
    if is_up and not has_passed:
        raise KitNotPassed("check the supplier with its present endpoint, and mend what has failed")


def _standing(stage: SupplierStage | None) -> Stage:
    """The stage that a supplier has, or had before it was suspended."""
    if stage is None:
        return Stage.OPEN
    return stage.suspended_from or stage.stage
