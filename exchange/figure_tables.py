"""The tables of figures. Migration 0032 creates them. All belong to a book.

What is counted by day is kept here, and nothing that could not be counted again from coupons and
the journal, but for two: what brands report to have shown, and the cheapest rights of past days.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from exchange.schema import CODE, INSTANT, metadata
from ledger import ACTING, Placement

figure_round = Table(
    "figure_round",
    metadata,
    Column("book_id", Integer, nullable=False, autoincrement=False),
    Column("heads", ARRAY(Integer), nullable=False),
    Column("looked_at", INSTANT, nullable=False),
    PrimaryKeyConstraint("book_id", name="figure_round_pkey"),
    info={"placement": Placement.DISTRIBUTED},
)

figure_day = Table(
    "figure_day",
    metadata,
    Column("book_id", Integer, nullable=False),
    Column("day", Date, nullable=False),
    Column("is_measured", Boolean, nullable=False),
    Column("cheapest_points", BigInteger),
    Column("issued", BigInteger, nullable=False),
    Column("issue_reversed", BigInteger, nullable=False),
    Column("redeemed_points", BigInteger, nullable=False),
    Column("reached", LargeBinary, nullable=False),
    Column("redeemed", LargeBinary, nullable=False),
    PrimaryKeyConstraint("book_id", "day", name="figure_day_pkey"),
    CheckConstraint("cheapest_points > 0", name="figure_day_cheapest_check"),
    info={"placement": Placement.DISTRIBUTED},
)

asked_day = Table(
    "asked_day",
    metadata,
    Column("book_id", Integer, nullable=False),
    Column("day", Date, nullable=False),
    Column("offer_id", BigInteger, nullable=False),
    # Empty for those that were accepted.
    Column("code", CODE, nullable=False),
    Column("times", BigInteger, nullable=False),
    PrimaryKeyConstraint("book_id", "day", "offer_id", "code", name="asked_day_pkey"),
    CheckConstraint("times > 0", name="asked_day_times_check"),
    info={"placement": Placement.DISTRIBUTED},
)

shown_day = Table(
    "shown_day",
    metadata,
    Column("book_id", Integer, nullable=False),
    Column("offer_id", BigInteger, nullable=False),
    Column("supplier_id", Integer, nullable=False),
    Column("day", Date, nullable=False),
    Column("channel", CODE, nullable=False),
    Column("impressions", BigInteger, nullable=False),
    Column("members", BigInteger, nullable=False),
    Column("reported_at", INSTANT, nullable=False, server_default=text("now()")),
    Column("recorded_by", Integer, server_default=ACTING),
    PrimaryKeyConstraint("book_id", "offer_id", "day", "channel", name="shown_day_pkey"),
    CheckConstraint("members >= 0 AND impressions >= members", name="shown_day_members_check"),
    info={"placement": Placement.DISTRIBUTED},
)

use_rank = Table(
    "use_rank",
    metadata,
    Column("book_id", Integer, nullable=False),
    Column("offer_id", BigInteger, nullable=False),
    Column("delivered", BigInteger, nullable=False),
    Column("used", BigInteger, nullable=False),
    Column("members", BigInteger, nullable=False),
    PrimaryKeyConstraint("book_id", "offer_id", name="use_rank_pkey"),
    CheckConstraint("used >= 0 AND used <= delivered", name="use_rank_used_check"),
    info={"placement": Placement.DISTRIBUTED},
)
