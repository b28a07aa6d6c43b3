"""One line of an examination."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How it stands with what was looked at. Only trouble makes the command fail."""

    SOUND = "sound"
    WARNING = "warning"
    TROUBLE = "trouble"


MARKS = {State.SOUND: "✔", State.WARNING: "!", State.TROUBLE: "✘"}


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, how it stands, and what to do if it does not stand well.

    `advice` is empty if `says` has told it already.
    """

    check: str
    state: State
    says: str
    advice: str = ""

    @property
    def line(self) -> str:
        """The finding as one line to read."""
        advice = f". {self.advice}." if self.advice else ""
        return f"{MARKS[self.state]} {self.check}: {self.says}{advice}"


def sound(check: str, says: str) -> Finding:
    """All is well."""
    return Finding(check, State.SOUND, says)


def warning(check: str, says: str, advice: str) -> Finding:
    """The service works, and something is to be seen to."""
    return Finding(check, State.WARNING, says, advice)


def trouble(check: str, says: str, advice: str = "") -> Finding:
    """The service does not work as it should, or may lose something."""
    return Finding(check, State.TROUBLE, says, advice)
