"""The tables of the schema `settlement` that hold rate cards.

No other package imports this module.
"""

from sqlalchemy import Column, Date, ForeignKey, Identity, Index, Integer, LargeBinary, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from ledger import ACTING, Placement
from settlement.schema import INSTANT, NOW, metadata

rate_card = Table(
    "rate_card",
    metadata,
    Column("card_id", Integer, Identity(always=True), primary_key=True),
    Column("home_party_id", Integer, nullable=False),
    Column("supplier_party_id", Integer, nullable=False),
    Column("operator_party_id", Integer, nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_until", Date),
    Column("document", JSONB, nullable=False),
    Column("document_sha256", LargeBinary, nullable=False),
    Column("named_parties", JSONB, nullable=False),
    Column("state", Text, nullable=False, server_default="draft"),
    Column("written_at", INSTANT, nullable=False, server_default=NOW),
    Column("recorded_by", Integer, server_default=ACTING),
    Column("published_at", INSTANT),
    Column("published_by", Integer),
    info={"placement": Placement.REFERENCE},
)

rate_card_version = Table(
    "rate_card_version",
    metadata,
    Column(
        "contract_id",
        Integer,
        ForeignKey("settlement.contract.contract_id"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("card_id", Integer, ForeignKey(rate_card.c.card_id), nullable=False),
    Index("rate_card_version_card_index", "card_id"),
    info={"placement": Placement.LOCAL},
)
