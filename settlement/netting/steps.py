"""The states of a netting run, and the steps between them (pure).

A run is drafted, advised to its parties, confirmed, and paid. Taking a party out before it is
confirmed leads back to a draft, because what was advised is no longer true.
"""

from typing import ClassVar, Literal

from ledger import Refusal

NettingState = Literal["draft", "advised", "confirmed", "paid", "cancelled"]
NettingStep = Literal["advise", "confirm", "remove", "default", "pay", "cancel"]

_FROM: dict[NettingStep, tuple[NettingState, ...]] = {
    "advise": ("draft",),
    "confirm": ("advised",),
    "remove": ("draft", "advised"),
    "default": ("confirmed",),
    "pay": ("confirmed",),
    "cancel": ("draft", "advised"),
}
GOALS: dict[NettingStep, NettingState] = {
    "advise": "advised",
    "confirm": "confirmed",
    "remove": "draft",
    "default": "confirmed",
    "pay": "confirmed",
    "cancel": "cancelled",
}
DONE: dict[NettingStep, str] = {
    "advise": "advised",
    "confirm": "confirmed",
    "remove": "removed",
    "default": "defaulted",
    "pay": "paid",
    "cancel": "cancelled",
}
"""How each step is called in a run's history."""


class NettingStepRefused(Refusal):
    """The run's state, or a party's part in it, does not allow the step."""

    code: ClassVar[str] = "netting-step-refused"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The netting run does not allow this step."


def require_step(state: NettingState, step: NettingStep) -> None:
    """Check that a run in this state can take the step.

    Raises:
        NettingStepRefused: it cannot.
    """
    if state not in _FROM[step]:
        raise NettingStepRefused(f"the run is {state}", step=step, state=state)
