"""The first statement of a lane transaction: it locks the lanes, and says how to plan the rest.

Locking and reading are separate statements. A statement that waited for a lock still sees the rows
as they were before it waited.
"""

from collections.abc import Iterable
from datetime import datetime

from ledger.database import AnyConnection, fetch
from ledger.decide.wallet import LANE_ACCOUNTS, LaneState
from ledger.write import store

YOUNG_LANE_RECORDS = 2_000
YOUNG_LANE_WALLETS = 500
RECORDS_PER_OPERATION_MAX = 2
"""A gift or a merge has two."""

# The settings hold for the transaction alone. They are made here because they depend on what the
# lanes say, and a statement of their own would be one more round trip under the lock.
#
# While a lane is young, statements are planned each time: the tables may be as young, and a plan
# that was kept from when they had a page or two would go on reading them whole (decision 0001 has
# figures). In a large transaction ($3) the wallets are joined, and the planner is left no join but
# by key. What companions ask is planned under the same settings.
#
# Every lane's row makes the settings again, so the last lane's count. The clock is read outside of
# what locks, and the last lane's time counts, too: it is later than that of any transaction that
# wrote one of these lanes before.
_LOCK_LANES = f"""
    SELECT
        concat(
            set_config(
                'plan_cache_mode',
                CASE
                    WHEN seq < {YOUNG_LANE_RECORDS} THEN 'force_custom_plan'
                    WHEN accounts < {YOUNG_LANE_WALLETS} AND $3::boolean THEN 'force_custom_plan'
                    ELSE 'auto'
                END,
                true
            ),
            CASE WHEN $3::boolean THEN set_config('enable_seqscan', 'off', true) END,
            CASE WHEN $3::boolean THEN set_config('enable_hashjoin', 'off', true) END,
            CASE WHEN $3::boolean THEN set_config('enable_mergejoin', 'off', true) END
        ) AS settings,
        clock_timestamp() AS now,
        locked.*
    FROM (
        SELECT lane, seq, accounts, {", ".join(LANE_ACCOUNTS)} FROM ledger.lane
        WHERE book_id = $1 AND lane = ANY($2::smallint[]) ORDER BY lane FOR UPDATE
    ) AS locked
"""


async def lock_lanes(
    connection: AnyConnection, book_id: int, lanes: Iterable[int], operations: int
) -> tuple[dict[int, LaneState], datetime]:
    """Lock lanes in their order until the transaction ends; their states, and the database's time.

    The states have no wallets yet. The number of `operations` decides how the transaction's
    statements are planned.
    """
    is_large = RECORDS_PER_OPERATION_MAX * operations > store.INLINE_RECORDS_MAX
    rows = await fetch(connection, _LOCK_LANES, book_id, sorted(lanes), is_large)
    states = {
        lane: LaneState(lane, seq, accounts, {}, own) for _, _, lane, seq, accounts, *own in rows
    }
    return states, rows[-1][1]
