"""What the service does, on tables that are partitioned by book: no statement touches two of them.

Exempt are the statements that modules list as `CROSS_BOOK`. They look at all books on purpose. All
that is here speaks HTTP alone, so every statement in the log is the service's own.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.statements import cross_book, squeezed
from tests.http.conftest import Caller, MakeSettings
from tests.http.test_conversions import test_the_worker_delivers_conversions as conversions
from tests.http.test_description import Description
from tests.http.test_description import test_answers_are_as_described as every_route
from tests.http.test_end_to_end import Process, Supplier
from tests.http.test_end_to_end import (
    test_a_month_from_an_empty_database_to_a_reconciled_bill as a_month,
)
from tests.shards.guard import Watch

DEMO_DAYS = 3
COMITY = Path(sys.executable).with_name("comity")


def is_listed(sql: str) -> bool:
    """Whether a module lists the statement; the driver writes values into what it copies out."""
    copied = re.fullmatch(r"COPY \( (.+) \) TO STDOUT .*", sql)
    if copied is None:
        return sql in cross_book()
    shapes = (
        re.sub(r"\\\$\d+", r"('[^']*'|NULL)", re.escape(squeezed(each))) for each in cross_book()
    )
    return any(re.fullmatch(shape, copied[1]) for shape in shapes)


def assert_one_book_a_statement(watch: Watch) -> None:
    """No statement that is on no list touched more than one partition."""
    assert watch.seen(), "no plan was logged"
    unlisted = [str(each) for each in watch.crossings() if not is_listed(each.sql)]
    assert not unlisted, "\n".join(["These touch two books:", *unlisted])


async def test_a_month_keeps_to_one_book_a_statement(
    watch: Watch, process: Process, supplier_server: tuple[Supplier, str]
) -> None:
    await a_month(process, supplier_server)
    assert_one_book_a_statement(watch)


@pytest.mark.usefixtures("reconciler")
async def test_every_route_keeps_to_one_book_a_statement(
    watch: Watch, description: Description, operator: Caller, brand: Caller, supplier: Caller
) -> None:
    await every_route(description, operator, brand, supplier)
    assert_one_book_a_statement(watch)


@pytest.mark.usefixtures("rate")
async def test_conversions_keep_to_one_book_a_statement(
    watch: Watch,
    make_settings: MakeSettings,
    brand: Caller,
    other_brand: Caller,
    operator: Caller,
) -> None:
    await conversions(make_settings, brand, other_brand, operator)
    assert_one_book_a_statement(watch)


@pytest.mark.timeout(300)
def test_the_demo_keeps_to_one_book_a_statement(
    watch: Watch, database_url: str, redis_url: str, tmp_path: Path
) -> None:
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("COMITY_")},
        "COMITY_DATABASE_URL": database_url,
        "COMITY_REDIS_URL": redis_url,
        "COMITY_DATA_DIR": str(tmp_path),
    }
    demo = ["demo", "--days", str(DEMO_DAYS), "--data-dir", str(tmp_path)]
    for arguments in (
        [*demo, "--output", str(tmp_path / "output")],
        ["verify", "--all"],
        ["seal", "--all"],
        ["verify", "--all"],
    ):
        ended = subprocess.run(
            [COMITY, *arguments], env=environment, capture_output=True, text=True, check=False
        )
        assert ended.returncode == 0, f"{arguments}: {ended.stdout}{ended.stderr}"
    assert_one_book_a_statement(watch)
