"""The search against a naive reading of the same names, whatever they are made of."""

import re
import unicodedata

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from catalog.offers.search import FOUND
from ledger import Database

HAN = "爱奇艺月卡拿铁咖啡券"
LATIN = "abcABC01éÉ"
BETWEEN = " -·，。！（）"
PART = st.sampled_from([*HAN, *LATIN, *BETWEEN, "latte", "Latte", "international-coffee", "ＶＩＰ"])
NAMES = st.lists(st.lists(PART, min_size=1, max_size=8).map("".join), min_size=1, max_size=8)
SOUGHT = st.lists(PART, min_size=1, max_size=4).map("".join)
SEARCH = text(
    f"""
    SELECT v.place - 1
    FROM (
        SELECT place, catalog.search_text(name) AS search_text,
            catalog.search_grams(name, false) AS search_grams
        FROM unnest(CAST(:names AS text[])) WITH ORDINALITY AS named (name, place)
    ) AS v
    WHERE {FOUND}
    ORDER BY v.place
    """
)


def plain(written: str) -> str:
    return unicodedata.normalize("NFKC", written).lower()


def runs(written: str) -> list[str]:
    return re.findall(r"[\u3040-\u9fff]+|[0-9a-z\u00c0-\u1fff]+", plain(written))


def fits(name: str, sought: str) -> bool:
    """Chinese anywhere, and every other word as the beginning of a word."""
    return bool(runs(sought)) and all(
        run in plain(name)
        if re.match("[\u3040-\u9fff]", run)
        else any(word.startswith(run) for word in runs(name))
        for run in runs(sought)
    )


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(NAMES, SOUGHT)
async def test_a_search_finds_what_a_naive_reading_finds(
    database: Database, names: list[str], sought: str
) -> None:
    async with database.engine.connect() as connection:
        found = (await connection.execute(SEARCH, {"names": names, "q": sought})).scalars()
        assert list(found) == [place for place, name in enumerate(names) if fits(name, sought)]
        # A part of a name finds the name.
        for run in runs(names[0]):
            part = {"names": names[:1], "q": run}
            assert list((await connection.execute(SEARCH, part)).scalars()) == [0]
        await connection.rollback()
