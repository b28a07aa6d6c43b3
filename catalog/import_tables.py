"""Tables of shops, card codes and imports. Migration 0023 creates them.

`catalog.tables` has all tables of the schema, also these. None has a book, and no row names a
member.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, UUID

from catalog.schema import INSTANT, NONE, NOW, metadata
from ledger import ACTING, Placement

party_key = Table(
    "party_key",
    metadata,
    Column("party_key_id", Integer, Identity(always=True), primary_key=True),
    Column("party_id", Integer, ForeignKey("catalog.party.party_id"), nullable=False),
    Column("encrypted_key", LargeBinary, nullable=False),
    Column("recorded_at", INSTANT, nullable=False, server_default=NOW),
    Column("generation", Integer, nullable=False, server_default=text("1")),
    UniqueConstraint("party_id", "generation", name="party_key_generation_key"),
    info={"placement": Placement.LOCAL},
)

shop = Table(
    "shop",
    metadata,
    Column("shop_id", BigInteger, Identity(always=True), primary_key=True),
    Column("party_id", Integer, ForeignKey("catalog.party.party_id"), nullable=False),
    Column("code", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("region", Text),
    Column("groups", ARRAY(Text), nullable=False),
    Column("state", Text, nullable=False),
    Column("online", Boolean, nullable=False),
    Column("changed_at", INSTANT, nullable=False, server_default=NOW),
    Column("recorded_by", Integer, server_default=ACTING),
    UniqueConstraint("party_id", "code", name="shop_party_code_key"),
    CheckConstraint("state IN ('open', 'closed')"),
    Index("shop_by_party", "party_id", "shop_id"),
    info={"placement": Placement.LOCAL},
)

card_code = Table(
    "card_code",
    metadata,
    Column("code_id", BigInteger, Identity(always=True), primary_key=True),
    Column("offer_id", BigInteger, ForeignKey("catalog.offer.offer_id"), nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("party_key_id", Integer, ForeignKey("catalog.party_key.party_key_id"), nullable=False),
    Column("sealed", LargeBinary),
    Column("tail", Text, nullable=False),
    Column("expires_on", Date),
    Column("batch", Text),
    Column("withdrawn_at", INSTANT),
    Column("recorded_at", INSTANT, nullable=False, server_default=NOW),
    Column("recorded_by", Integer, server_default=ACTING),
    # In whose book the code is, for the coupons of that programme. Then it is sealed there alone.
    Column("moved_to_book", Integer),
    # It was withdrawn after it had gone into a book, and that book was not told yet.
    Column("is_recalled", Boolean, nullable=False, server_default=text("false")),
    UniqueConstraint("offer_id", "digest", name="card_code_offer_digest_key"),
    CheckConstraint(
        "(sealed IS NULL) = (withdrawn_at IS NOT NULL OR moved_to_book IS NOT NULL)",
        name="card_code_sealed_check",
    ),
    CheckConstraint(
        "withdrawn_at IS NULL OR moved_to_book IS NULL", name="card_code_withdrawn_check"
    ),
    Index(
        "card_code_free",
        "offer_id",
        "expires_on",
        "code_id",
        postgresql_where=text("moved_to_book IS NULL AND withdrawn_at IS NULL"),
    ),
    Index("card_code_recalled", "moved_to_book", "offer_id", postgresql_where=text("is_recalled")),
    Index(
        "card_code_in_book",
        "moved_to_book",
        "offer_id",
        postgresql_where=text("moved_to_book IS NOT NULL"),
    ),
    info={"placement": Placement.LOCAL},
)

code_level = Table(
    "code_level",
    metadata,
    Column(
        "offer_id",
        BigInteger,
        ForeignKey("catalog.offer.offer_id"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("is_low", Boolean, nullable=False),
    info={"placement": Placement.LOCAL},
)

import_mapping = Table(
    "import_mapping",
    metadata,
    Column("party_id", Integer, ForeignKey("catalog.party.party_id")),
    Column("name", Text),
    Column("kind", Text, nullable=False),
    Column("document", JSONB, nullable=False),
    Column("changed_at", INSTANT, nullable=False, server_default=NOW),
    Column("recorded_by", Integer, server_default=ACTING),
    PrimaryKeyConstraint("party_id", "name"),
    info={"placement": Placement.LOCAL},
)

import_job = Table(
    "import_job",
    metadata,
    Column("import_id", BigInteger, primary_key=True, autoincrement=False),
    Column("party_id", Integer, ForeignKey("catalog.party.party_id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("identity", LargeBinary, nullable=False),
    Column("sha256", LargeBinary, nullable=False),
    Column("offer_id", BigInteger),
    Column("options", JSONB, nullable=False),
    Column("may_apply", Boolean, nullable=False),
    Column("accept_partial", Boolean, nullable=False),
    Column("state", Text, nullable=False),
    Column("sealed_file", LargeBinary),
    Column("sealed_mended", LargeBinary),
    Column("file", JSONB),
    Column("refusal", JSONB),
    Column("rows_read", Integer, nullable=False, server_default=NONE),
    Column("line_done", Integer, nullable=False, server_default=NONE),
    Column("created", Integer, nullable=False, server_default=NONE),
    Column("updated", Integer, nullable=False, server_default=NONE),
    Column("unchanged", Integer, nullable=False, server_default=NONE),
    Column("rejected", Integer, nullable=False, server_default=NONE),
    Column("lease", UUID),
    Column("leased_until", INSTANT),
    Column("received_at", INSTANT, nullable=False, server_default=text("clock_timestamp()")),
    Column("ended_at", INSTANT),
    Column("recorded_by", Integer, server_default=ACTING),
    UniqueConstraint("party_id", "kind", "identity", name="import_job_identity_key"),
    CheckConstraint("state IN ('received', 'checked', 'applying', 'done', 'refused')"),
    Index(
        "import_job_open",
        "import_id",
        postgresql_where=text("state IN ('received', 'applying')"),
    ),
    info={"placement": Placement.LOCAL},
)

import_row = Table(
    "import_row",
    metadata,
    Column("import_id", BigInteger, ForeignKey("catalog.import_job.import_id")),
    Column("line", Integer),
    Column("key", Text),
    Column("status", Text, nullable=False),
    Column("code", Text),
    Column("column_name", Text),
    Column("detail", Text),
    PrimaryKeyConstraint("import_id", "line"),
    CheckConstraint("status IN ('created', 'updated', 'unchanged', 'rejected')"),
    CheckConstraint("(status = 'rejected') = (code IS NOT NULL)"),
    info={"placement": Placement.LOCAL},
)
