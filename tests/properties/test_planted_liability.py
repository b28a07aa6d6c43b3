"""A roll-forward with a planted defect does not agree with the plain count, or does not tie out."""

import pytest

from ledger.read import rows
from settlement.liability import reading
from settlement.liability.freeze import LiabilityUntied
from tests.properties.planted import Defect
from tests.properties.test_liability import run_histories

EXAMPLES = 60
SIGNS = (AssertionError, LookupError, ExceptionGroup, LiabilityUntied)
DEFECTS = [
    Defect("late records count in their own month", reading, "read_cells",
           "max(own, first_open or own)", "own"),
    Defect("a gift leaves its cohort twice", rows, "row_of",
           "1 if source == TRANSIT else -1", "-1"),
]  # fmt: skip


@pytest.mark.campaign
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("defect", DEFECTS, ids=lambda defect: defect.name)
def test_a_planted_defect_is_found(
    defect: Defect, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    defect.plant(monkeypatch)
    with pytest.raises(SIGNS):
        run_histories(database_url, EXAMPLES)
