"""What the ledger may answer to an operation instead of an acceptance.

Here stand the refusals of the ledger's own rules, because several decisions share most of them. All
other refusals stand beside the code that raises them: a malformed operation and a busy ledger in
`asks.operation`, a reused key in `idempotency`, and a companion's refusals in its own package.

Such a refusal is an answer: it is stored under the operation's key and replayed. `BatchStopped`
alone is not stored, for its operation was never tried.
"""

from typing import ClassVar

from ledger.refusal import Refusal


class MemberNotFound(Refusal):
    """The member has no wallet in this programme: points were never issued to it."""

    code: ClassVar[str] = "member-not-found"
    status: ClassVar[int] = 404
    title: ClassVar[str] = "The programme has no such member."


class RecipientNotFound(Refusal):
    """The member to merge into has no wallet in this programme."""

    code: ClassVar[str] = "recipient-not-found"
    status: ClassVar[int] = 404
    title: ClassVar[str] = "The programme has no such receiving member."


class MemberMerged(Refusal):
    """The member was merged into another, who has the points now."""

    code: ClassVar[str] = "member-merged"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The member was merged into another."


class HoldsOpen(Refusal):
    """The member has points set aside. Their holds and conversions must end first."""

    code: ClassVar[str] = "holds-open"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The member has points set aside."


class InsufficientPoints(Refusal):
    """The member may not spend that many points on that day."""

    code: ClassVar[str] = "insufficient-points"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The member has not enough spendable points."


class CapExceeded(Refusal):
    """The member would be given, or spend, more points than the programme allows in one window."""

    code: ClassVar[str] = "cap-exceeded"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The programme's cap would be exceeded."


class AlreadyExpired(Refusal):
    """The points would be past their last day, or never be spendable, when issued."""

    code: ClassVar[str] = "already-expired"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "The points would never be spendable."


class BalanceTooLarge(Refusal):
    """The wallet would hold more points than a wallet may."""

    code: ClassVar[str] = "balance-too-large"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The wallet would hold too many points."


class TooManyLots(Refusal):
    """The wallet would hold points of too many different dates and funders."""

    code: ClassVar[str] = "too-many-lots"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The wallet would hold too many lots."


class OccurredInFuture(Refusal):
    """The operation is dated in the future: it would take points whose last day has not come."""

    code: ClassVar[str] = "occurred-in-future"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "The operation is dated in the future."


class HoldNotFound(Refusal):
    """The member has no hold of that key."""

    code: ClassVar[str] = "hold-not-found"
    status: ClassVar[int] = 404
    title: ClassVar[str] = "The member has no such hold."


class HoldClosed(Refusal):
    """The hold has been captured or released already."""

    code: ClassVar[str] = "hold-closed"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The hold has ended."


class HoldExpired(Refusal):
    """The hold's time is over, so its points can only be released."""

    code: ClassVar[str] = "hold-expired"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The hold's time is over."


class CaptureTooLarge(Refusal):
    """The capture asks for more points than the hold set aside."""

    code: ClassVar[str] = "capture-too-large"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The hold has fewer points."


class OperationOwned(Refusal):
    """The points serve a use case, such as a right. It alone ends or reverses the operation."""

    code: ClassVar[str] = "operation-owned"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The operation ends with what it was made for."


class OperationNotFound(Refusal):
    """The member has no accepted operation of that key."""

    code: ClassVar[str] = "operation-not-found"
    status: ClassVar[int] = 404
    title: ClassVar[str] = "The member has no such operation."


class NotReversible(Refusal):
    """Only issues, redemptions and captures that moved points can be reversed."""

    code: ClassVar[str] = "not-reversible"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The operation cannot be reversed."


class AlreadyReversed(Refusal):
    """The operation has fewer points left than it is asked to give back."""

    code: ClassVar[str] = "already-reversed"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The operation has been reversed already."


class IssueSpent(Refusal):
    """The points to claw back are spent, and the programme's policy is to refuse in that case."""

    code: ClassVar[str] = "issue-spent"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The issued points are spent."


class ConversionRateNotFound(Refusal):
    """There is no conversion rate between the two programmes, or not in that version."""

    code: ClassVar[str] = "conversion-rate-not-found"
    status: ClassVar[int] = 404
    title: ClassVar[str] = "There is no such conversion rate."


class ConversionTooSmall(Refusal):
    """The points would come to less than one point of the other programme."""

    code: ClassVar[str] = "conversion-too-small"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "Too few points to convert."


class ConversionNotConsented(Refusal):
    """The other programme has not consented: not today, or not at this rate."""

    code: ClassVar[str] = "conversion-not-consented"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The other programme has not consented to this conversion."


class ConversionLimitReached(Refusal):
    """The other programme takes no more points: from this member this month, or in all."""

    code: ClassVar[str] = "conversion-limit-reached"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The conversion is above a limit of the other programme."


class BatchAborted(Refusal):
    """Another operation of the atomic batch was refused."""

    code: ClassVar[str] = "batch-aborted"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The batch was refused as a whole."


class BatchStopped(Refusal):
    """An earlier operation of the batch was refused, so this one was not tried. Its key is free."""

    code: ClassVar[str] = "batch-stopped"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The batch stopped before this operation."
