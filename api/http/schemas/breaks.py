"""What people do with the breaks of a reconciliation."""

from datetime import datetime
from typing import Annotated, Literal, TypedDict

from pydantic import Field

from api.http.schemas.types import NAME_PATTERN, NO_CONTROL_PATTERN, Body
from catalog import BIGINT_MAX
from settlement.breaks import ASSIGNEE_LENGTH_MAX, NOTE_LENGTH_MAX

ResolutionName = Literal["open", "matched", "explained", "adjusted", "written_off", "carried"]
BreakStepName = Literal[
    "assigned",
    "commented",
    "reopened",
    "matched",
    "explained",
    "adjusted",
    "written_off",
    "carried",
]
Note = Annotated[str, Field(min_length=1, max_length=NOTE_LENGTH_MAX, pattern=NO_CONTROL_PATTERN)]


class AssignBreakBody(Body):
    """Who works on the break; null for nobody."""

    assignee: (
        Annotated[str, Field(min_length=1, max_length=ASSIGNEE_LENGTH_MAX, pattern=NAME_PATTERN)]
        | None
    )


class CommentBreakBody(Body):
    """What is said about the break."""

    note: Note


class ResolveBreakBody(Body):
    """How the break is resolved, and why. `adjusted` names its adjustment."""

    resolution: ResolutionName
    note: Note | None = None
    adjustment_id: Annotated[int, Field(ge=1, le=BIGINT_MAX)] | None = None


class BreakStepAnswer(TypedDict):
    """What a party did with a break, and when."""

    step_id: int
    break_id: int
    step: BreakStepName
    party: str
    note: str | None
    assignee: str | None
    adjustment_id: int | None
    done_at: datetime
