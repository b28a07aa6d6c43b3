"""A true file with k known mutations has exactly these k breaks, and the bridge ties."""

import random
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.settlement.reconcile.sides import DAY, compare, mine, theirs, undone

USES = 60
RATE = 4_321
Row = dict[str, Any]


class Trial:
    """Our lines, the partner's true file of them, and what was changed in it."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.ours: list[Row] = []
        self.theirs: list[Row] = []
        self.elsewhere: list[Row] = []
        self.rejected: list[tuple[int, str]] = []
        self.expected: Counter[str] = Counter()
        self.difference = 0
        self.style = self.random.choice(["code", "reference", "request", "line", "any"])
        self.plain: list[int] = []
        for number in range(1, USES + 1):
            self._add(number)

    def _line(self, number: int) -> Row:
        return mine(
            number,
            offer=self.random.choice(["offer", "other"]),
            reference=f"basket-{number // 3}" if number % 7 == 0 else f"ref-{number}",
            request_number=f"FO-{number}",
            used_on=DAY + timedelta(days=self.random.randrange(12)),
            amount=self.random.choice([300, 450, 990]),
            net=283,
            gross=318,
        )

    def row_of(self, line: Row, row: int) -> Row:
        """The partner's true row of a line."""
        style = self.style
        if style == "any":
            style = self.random.choice(["code", "reference", "request", "line"])
        names: dict[str, Row] = {
            "code": {"code": line["code"], "reference": self.random.choice([None, "own"])},
            "reference": {"reference": line["reference"]},
            "request": {"request_number": line["request_number"], "reference": None},
            "line": {"line_key": f"1:{line['use_id']}", "reference": None},
        }
        if style == "code":
            names["code"]["reference"] = names["code"]["reference"] and line["reference"]
        return theirs(
            row,
            **names[style],
            offer=self.random.choice([line["offer"], None]),
            used_on=line["used_on"] + timedelta(days=self.random.choice([0, 0, 0, 1])),
            amount=line["amount"],
            currency=self.random.choice([None, "CNY"]),
        )

    def _add(self, number: int) -> None:
        line = self._line(number)
        kind = self.random.random()
        if number % 7 != 0 and kind < 0.08:  # reversed in the month, listed, listed as 0 or not
            self.ours += [line, undone(line)]
            listed = self.random.choice(["both", "zero", "none"])
            row = self.row_of(line, number)
            if listed == "zero":
                self.theirs.append(row | {"amount": 0})
            if listed == "both":
                back = row | {"row": 1_000 + number, "amount": -row["amount"]}
                self.theirs += [row, back]
        elif number % 7 != 0 and kind < 0.14:  # the reversal of an earlier month's use
            self.ours.append(undone(line))
            self.theirs.append(self.row_of(self.ours[-1], number))
        else:
            self.ours.append(line)
            self.theirs.append(self.row_of(line, number))
            if number % 7 != 0:
                self.plain.append(number)

    def take(self) -> Row:
        """The row of a use that was not changed yet."""
        number = self.plain.pop(self.random.randrange(len(self.plain)))
        return next(each for each in self.theirs if each["row"] == number)

    def change(self, category: str, **changes: Any) -> None:
        """Change a row, and note what must be said of it."""
        row = self.take()
        amount = row["amount"]
        row.update({name: each(row) if callable(each) else each for name, each in changes.items()})
        self.expected[category] += 1
        self.difference += amount - row["amount"]


def drop(trial: Trial) -> None:
    row = trial.take()
    trial.theirs.remove(row)
    trial.expected["missing_theirs"] += 1
    trial.difference += row["amount"]


def add(trial: Trial) -> None:
    number = 5_000 + trial.random.randrange(10**6)
    trial.theirs.append(theirs(number, code=f"code-{number}", amount=300))
    trial.expected["missing_ours"] += 1
    trial.difference -= 300


def repeat(trial: Trial) -> None:
    row = trial.take()
    amount = row["amount"] + trial.random.choice([-1, 0, 1, 50])
    number = row["row"] + trial.random.choice([-0.5, 0.5]) * 20_000 + 30_000
    trial.theirs.append(row | {"row": int(number), "amount": amount})
    trial.expected["duplicate"] += 1
    trial.difference -= amount


def _elsewhere(trial: Trial, category: str, **changes: Any) -> None:
    number = 2_000_000 + trial.random.randrange(10**6)
    line = trial._line(number) | changes
    trial.elsewhere.append(line)
    row = trial.row_of(line, number)
    if category == "wrong_party":
        row |= {"code": line["code"], "line_key": None, "request_number": None}
    trial.theirs.append(row)
    trial.expected[category] += 1
    trial.difference -= row["amount"]


def reject(trial: Trial) -> None:
    trial.rejected.append((50_000 + len(trial.rejected), "amount: not a number"))
    trial.expected["rejected"] += 1


def undo(trial: Trial) -> None:
    """We took the use back, and the partner still bills it."""
    row = trial.take()
    line = next(each for each in trial.ours if each["use_id"] == f"{row['row']}.1")
    trial.ours.append(undone(line))
    trial.expected["status"] += 1
    trial.difference -= row["amount"]


def give_back(trial: Trial) -> None:
    """The partner took the use back, and we still bill it."""
    row = trial.take()
    trial.theirs.append(row | {"row": row["row"] + 70_000, "amount": -row["amount"]})
    trial.expected["status"] += 1
    trial.difference += row["amount"]


MUTATIONS: dict[str, Callable[[Trial], None]] = {
    "drop": drop,
    "add": add,
    "repeat": repeat,
    "reject": reject,
    "undo": undo,
    "give back": give_back,
    "amount": lambda t: t.change("amount", amount=lambda row: row["amount"] + 77),
    "cent": lambda t: t.change("amount_rounding", amount=lambda row: row["amount"] - 1),
    "rate": lambda t: t.change("amount_rate", amount=RATE),
    "tax": lambda t: t.change("amount_tax", amount=283),
    "offer": lambda t: t.change("offer", offer=lambda row: "third"),
    "unmapped": lambda t: t.change("unmapped_offer", offer="SKU-9"),
    "date": lambda t: t.change("date", used_on=lambda row: row["used_on"] + timedelta(days=5)),
    "currency": lambda t: t.change("currency", currency="USD"),
    "amount and date": lambda t: t.change(
        "amount", amount=lambda row: row["amount"] + 99, used_on=DAY - timedelta(days=9)
    ),
    "cut-off": lambda t: _elsewhere(t, "cut_off", month="2017-04"),
    "claimed": lambda t: _elsewhere(t, "duplicate", month="2017-04", claimed_by=3),
    "foreign": lambda t: _elsewhere(t, "wrong_party", is_foreign=True),
}


def run(folder: Path, seed: int) -> None:
    trial = Trial(seed)
    kinds = trial.random.sample(sorted(MUTATIONS), trial.random.randint(0, len(MUTATIONS)))
    for kind in kinds:
        MUTATIONS[kind](trial)
    trial.random.shuffle(trial.ours)
    trial.random.shuffle(trial.theirs)
    found = compare(
        folder,
        trial.ours,
        trial.theirs,
        elsewhere=trial.elsewhere,
        rejected=tuple(trial.rejected),
        rates=((None, RATE),),
        offers=("offer", "other", "third"),
    )
    assert found.by_category == dict(sorted(trial.expected.items())), (seed, kinds)
    assert found.matching.difference_minor == trial.difference, (seed, kinds)
    assert sum(int(each["difference_minor"]) for each in found.breaks) == trial.difference
    totals = found.matching.ours_minor - found.matching.theirs_minor
    assert totals == trial.difference
    rows = [each["row_number"] for each in found.breaks if each["row_number"]]
    assert len(set(rows)) == len(rows)
    assert found.matching.matched + len(rows) - len(trial.rejected) == len(trial.theirs)


def test_known_mutations_are_the_breaks(tmp_path: Path) -> None:
    for seed in range(8):
        run(tmp_path, seed)


@pytest.mark.campaign
@pytest.mark.parametrize("first", range(1_000, 1_300, 30))
def test_many_known_mutations_are_the_breaks(tmp_path: Path, first: int) -> None:
    for seed in range(first, first + 30):
        run(tmp_path, seed)


def _chaos(drawn: random.Random) -> tuple[list[Row], list[Row], list[Row]]:
    """Records of few names, days and amounts, so that most rules have several to choose from."""

    def names() -> Row:
        return {
            "code": drawn.choice([None, "c1", "c2", "c3"]),
            "reference": drawn.choice([None, "r1", "r2", "r3"]),
            "request_number": drawn.choice([None, None, "q1", "q2"]),
            "offer": drawn.choice(["offer", "other"]),
            "store": drawn.choice([None, "here", "there"]),
            "used_on": DAY + timedelta(days=drawn.randrange(5)),
        }

    ours: list[Row] = []
    for number in range(drawn.randrange(14)):
        line = mine(number, **names(), amount=drawn.choice([0, 60, 61, 120]))
        ours += drawn.choice([[line], [line], [undone(line)], [line, undone(line)]])
    rows = [
        theirs(
            number,
            **names(),
            line_key=drawn.choice([None, None, f"1:{number}.1"]),
            amount=drawn.choice([0, 60, 61, 121, -60, -61]),
            currency=drawn.choice([None, "CNY", "USD"]),
        )
        for number in range(drawn.randrange(14))
    ]
    elsewhere = [
        mine(
            100 + number,
            **names(),
            is_foreign=drawn.choice([False, True]),
            claimed_by=drawn.choice([None, 3]),
        )
        for number in range(drawn.randrange(4))
    ]
    return ours, rows, elsewhere


def _stir(folder: Path, seed: int) -> None:
    drawn = random.Random(seed)
    ours, rows, elsewhere = _chaos(drawn)
    found = compare(folder, ours, rows, elsewhere=elsewhere)
    matched = [row for each in found.matches for row in each["row_numbers"].strip("{}").split(",")]
    broken = [each["row_number"] for each in found.breaks if each["row_number"]]
    # Each row is once in the outcome, unless it is the sum of several lines.
    assert sorted(map(int, {*matched, *broken})) == sorted(each["row"] for each in rows), seed
    assert not {*matched} & {*broken}, seed
    assert len(set(broken)) == len(broken), seed
    uses = [
        (book, use, back)
        for each in found.matches
        for book, use, back in zip(
            *(each[name].strip("{}").split(",") for name in ("books", "uses", "are_reversals")),
            strict=True,
        )
    ]
    assert len(set(uses)) == len(uses), seed
    drawn.shuffle(rows)
    assert compare(folder, ours, rows, elsewhere=elsewhere) == found, seed


def test_each_record_is_claimed_once_and_order_does_not_matter(tmp_path: Path) -> None:
    for seed in range(6):
        _stir(tmp_path, seed)


@pytest.mark.campaign
@pytest.mark.parametrize("first", range(5_000, 5_200, 25))
def test_many_records_are_claimed_once(tmp_path: Path, first: int) -> None:
    for seed in range(first, first + 25):
        _stir(tmp_path, seed)
