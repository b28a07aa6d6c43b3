"""The tables of the schema `settlement` that hold partners' files, and how they are read.

No other package imports this module.
"""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Identity,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB

from ledger import ACTING, Placement
from settlement.schema import INSTANT, NOW, metadata

partner_file = Table(
    "partner_file",
    metadata,
    Column("partner_file_id", BigInteger, Identity(always=True), primary_key=True),
    Column("supplier_party_id", Integer, nullable=False),
    Column("sha256", LargeBinary, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    Column("received_at", INSTANT, nullable=False, server_default=NOW),
    Column("recorded_by", Integer, server_default=ACTING),
    UniqueConstraint("supplier_party_id", "sha256", name="partner_file_sha256_key"),
    CheckConstraint("octet_length(sha256) = 32", name="partner_file_sha256_check"),
    info={"placement": Placement.LOCAL},
)

partner_file_part = Table(
    "partner_file_part",
    metadata,
    Column(
        "partner_file_id",
        BigInteger,
        ForeignKey(partner_file.c.partner_file_id, name="partner_file_part_file_fkey"),
        nullable=False,
    ),
    Column("part", Integer, nullable=False),
    Column("packed", LargeBinary, nullable=False),
    PrimaryKeyConstraint("partner_file_id", "part", name="partner_file_part_pkey"),
    info={"placement": Placement.LOCAL},
)

file_mapping = Table(
    "file_mapping",
    metadata,
    Column("party_id", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("document", JSONB, nullable=False),
    Column("changed_at", INSTANT, nullable=False, server_default=NOW),
    Column("recorded_by", Integer, server_default=ACTING),
    PrimaryKeyConstraint("party_id", "name", name="file_mapping_pkey"),
    info={"placement": Placement.LOCAL},
)
