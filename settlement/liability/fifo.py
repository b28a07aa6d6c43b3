"""From which month of issue a wallet's points were taken, where points have no last day (pure).

The first points that came in are the first that go out. What a reversal brings back are the points
that went out last. A wallet's points are counted with those that are held: they leave when they are
spent.
"""

from dataclasses import dataclass, field

UNKNOWN = "unknown"
"""More went out than ever came in. Verification says what is wrong with such a book."""


@dataclass(slots=True)
class Queue:
    """What came into a wallet, by cohort in the order of arrival, and how much of it is gone."""

    cohorts: list[str] = field(default_factory=list)
    points: list[int] = field(default_factory=list)
    taken: int = 0

    def give(self, cohort: str, points: int) -> list[tuple[str, int]]:
        """Points come in. Returns what changed, by cohort."""
        if self.cohorts and self.cohorts[-1] == cohort:
            self.points[-1] += points
        else:
            self.cohorts.append(cohort)
            self.points.append(points)
        return [(cohort, points)]

    def take(self, points: int) -> list[tuple[str, int]]:
        """Points go out, the oldest first. Returns what changed, by cohort."""
        changes = [(cohort, -part) for cohort, part in self._between(self.taken, points)]
        gone = -sum(part for _, part in changes)
        self.taken += gone
        if gone < points:
            changes.append((UNKNOWN, gone - points))
        return changes

    def give_back(self, cohort: str, points: int) -> list[tuple[str, int]]:
        """Points that had gone come back, the last first. Returns what changed, by cohort.

        Those of a wallet that was merged into this one never went out of this one: they count as
        points that come in, under `cohort`.
        """
        returned = min(points, self.taken)
        self.taken -= returned
        changes = self._between(self.taken, returned)
        if returned < points:
            changes += self.give(cohort, points - returned)
        return changes

    def _between(self, first: int, count: int) -> list[tuple[str, int]]:
        """The points from place `first` on, `count` of them, by cohort."""
        found: list[tuple[str, int]] = []
        place, end = 0, first + count
        for cohort, points in zip(self.cohorts, self.points, strict=True):
            part = min(place + points, end) - max(place, first)
            if part > 0:
                found.append((cohort, part))
            place += points
            if place >= end:
                break
        return found

    def stored(self) -> list[object]:
        """The queue as it is stored."""
        return [self.cohorts, self.points, self.taken]
