"""Tables of users, of what they may do for which party, and of their sessions. Migration 0045.

None has a book. A party is another schema's, so its number stands here without a foreign key.
"""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
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

from api.schema import CODE, INSTANT, NOW, metadata
from ledger import ACTING, Placement

app_user = Table(
    "app_user",
    metadata,
    Column("user_id", Integer, Identity(always=True), primary_key=True),
    Column("email", CODE, nullable=False),
    Column("name", Text, nullable=False),
    Column("password_hash", CODE),
    Column("locale", CODE, nullable=False),
    # Encrypted with the keys of the vault. Pending until its first code has been given.
    Column("encrypted_totp", LargeBinary),
    Column("totp_since", INSTANT),
    # The newest step of time whose code was used. No code works twice.
    Column("totp_step", BigInteger, nullable=False, server_default=text("0")),
    Column("created_at", INSTANT, nullable=False, server_default=NOW),
    Column("disabled_at", INSTANT),
    Column("recorded_by", Integer, server_default=ACTING),
    UniqueConstraint("email"),
    info={"placement": Placement.LOCAL},
)

membership = Table(
    "membership",
    metadata,
    Column("user_id", Integer, ForeignKey("api.app_user.user_id"), nullable=False),
    Column("party_id", Integer, nullable=False),
    Column("role", CODE, nullable=False),
    Column("since", INSTANT, nullable=False, server_default=NOW),
    Column("recorded_by", Integer, server_default=ACTING),
    PrimaryKeyConstraint("user_id", "party_id", "role"),
    info={"placement": Placement.LOCAL},
)
Index(None, membership.c.party_id)

invitation = Table(
    "invitation",
    metadata,
    Column("token_sha256", LargeBinary, primary_key=True),
    Column("user_id", Integer, ForeignKey("api.app_user.user_id"), nullable=False),
    Column("created_at", INSTANT, nullable=False, server_default=NOW),
    Column("expires_at", INSTANT, nullable=False),
    Column("recorded_by", Integer, server_default=ACTING),
    # What a user who has a password already gets by it. None: it lets that user choose a password.
    Column("party_id", Integer),
    Column("role", CODE),
    CheckConstraint("(party_id IS NULL) = (role IS NULL)"),
    info={"placement": Placement.LOCAL},
)
Index(None, invitation.c.user_id)

session = Table(
    "session",
    metadata,
    Column("token_sha256", LargeBinary, primary_key=True),
    Column("user_id", Integer, ForeignKey("api.app_user.user_id"), nullable=False),
    # None: the user has not chosen yet for whom to act.
    Column("party_id", Integer),
    Column("created_at", INSTANT, nullable=False, server_default=NOW),
    Column("seen_at", INSTANT, nullable=False, server_default=NOW),
    Column("expires_at", INSTANT, nullable=False),
    Column("address", Text, nullable=False),
    Column("agent", Text, nullable=False),
    info={"placement": Placement.LOCAL},
)
Index(None, session.c.user_id)

recovery_code = Table(
    "recovery_code",
    metadata,
    Column("user_id", Integer, ForeignKey("api.app_user.user_id"), nullable=False),
    Column("code_sha256", LargeBinary, nullable=False),
    PrimaryKeyConstraint("user_id", "code_sha256"),
    info={"placement": Placement.LOCAL},
)

sign_in_failure = Table(
    "sign_in_failure",
    metadata,
    # Of an account or of an address. The text itself is not kept.
    Column("subject_sha256", LargeBinary, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("since", INSTANT, nullable=False, server_default=NOW),
    info={"placement": Placement.LOCAL},
)
