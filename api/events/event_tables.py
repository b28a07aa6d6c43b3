"""Tables of the event log and of webhooks. Migrations 0046 and 0051.

All but `points_feed` belong to no book. A party is another schema's, so its number stands here
without a foreign key.

`delivery_due_index` holds what is still to be delivered, by endpoint, and not all that ever was.
An event takes its deliveries with it when it goes, and so does an endpoint.
"""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from api.schema import CODE, INSTANT, NOW, metadata
from ledger import ACTING, Placement

event_head = Table(
    "event_head",
    metadata,
    Column("party_id", Integer, primary_key=True, autoincrement=False),
    Column("last_sequence", BigInteger, nullable=False),
    CheckConstraint("last_sequence > 0", name="event_head_sequence_check"),
    info={"placement": Placement.LOCAL},
)

event = Table(
    "event",
    metadata,
    Column("party_id", Integer, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("event_id", Uuid, nullable=False, server_default=text("uuidv7()")),
    Column("type", CODE, nullable=False),
    Column("happened_at", INSTANT, nullable=False),
    Column("recorded_at", INSTANT, nullable=False, server_default=NOW),
    Column("data", JSONB, nullable=False),
    PrimaryKeyConstraint("party_id", "sequence"),
    UniqueConstraint("event_id", name="event_id_key"),
    CheckConstraint("sequence > 0", name="event_sequence_check"),
    Index("event_recorded_index", "recorded_at"),
    info={"placement": Placement.LOCAL},
)

webhook_endpoint = Table(
    "webhook_endpoint",
    metadata,
    Column("endpoint_id", BigInteger, Identity(always=True), primary_key=True),
    Column("party_id", Integer, nullable=False),
    Column("url", Text, nullable=False),
    Column("description", Text),
    # None stands for all.
    Column("types", ARRAY(Text), nullable=False),
    # Encrypted by the vault, bound to the party. The former one still signs until its time is over.
    Column("encrypted_secret", LargeBinary, nullable=False),
    Column("former_secret", LargeBinary),
    Column("former_until", INSTANT),
    Column("state", CODE, nullable=False, server_default=text("'enabled'")),
    Column("reason", Text),
    # Since its last success everything has failed, and this is when that began.
    Column("failing_since", INSTANT),
    Column("disabled_at", INSTANT),
    Column("created_at", INSTANT, nullable=False, server_default=NOW),
    Column("recorded_by", Integer, server_default=ACTING),
    CheckConstraint("state IN ('enabled', 'disabled')", name="webhook_endpoint_state_check"),
    CheckConstraint(
        "(state = 'disabled') = (disabled_at IS NOT NULL)", name="webhook_endpoint_disabled_check"
    ),
    CheckConstraint(
        "(former_secret IS NULL) = (former_until IS NULL)", name="webhook_endpoint_former_check"
    ),
    CheckConstraint("char_length(url) BETWEEN 1 AND 500", name="webhook_endpoint_url_check"),
    CheckConstraint("char_length(description) <= 200", name="webhook_endpoint_description_check"),
    Index("webhook_endpoint_party_index", "party_id", "endpoint_id"),
    info={"placement": Placement.LOCAL},
)

delivery = Table(
    "delivery",
    metadata,
    Column("delivery_id", BigInteger, Identity(always=True), primary_key=True),
    Column(
        "endpoint_id",
        BigInteger,
        ForeignKey(
            "api.webhook_endpoint.endpoint_id", ondelete="CASCADE", name="delivery_endpoint_fkey"
        ),
        nullable=False,
    ),
    Column("party_id", Integer, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Column("state", CODE, nullable=False, server_default=text("'waiting'")),
    # All that were ever made, and those since it last began: a replay begins anew.
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("tries", Integer, nullable=False, server_default=text("0")),
    Column("due_at", INSTANT, nullable=False),
    Column("leased_until", INSTANT),
    Column("created_at", INSTANT, nullable=False, server_default=NOW),
    Column("ended_at", INSTANT),
    UniqueConstraint("endpoint_id", "sequence", name="delivery_event_key"),
    ForeignKeyConstraint(
        ["party_id", "sequence"],
        ["api.event.party_id", "api.event.sequence"],
        ondelete="CASCADE",
        name="delivery_event_fkey",
    ),
    CheckConstraint("state IN ('waiting', 'delivered', 'failed')", name="delivery_state_check"),
    CheckConstraint("(state = 'waiting') = (ended_at IS NULL)", name="delivery_ended_check"),
    CheckConstraint("attempts >= 0", name="delivery_attempts_check"),
    CheckConstraint("tries BETWEEN 0 AND attempts", name="delivery_tries_check"),
    Index(
        "delivery_due_index",
        "endpoint_id",
        "due_at",
        "sequence",
        postgresql_where=text("state = 'waiting'"),
    ),
    Index("delivery_event_index", "party_id", "sequence"),
    Index("delivery_party_index", "party_id", "delivery_id"),
    info={"placement": Placement.LOCAL},
)

delivery_attempt = Table(
    "delivery_attempt",
    metadata,
    Column(
        "delivery_id",
        BigInteger,
        ForeignKey(
            "api.delivery.delivery_id", ondelete="CASCADE", name="delivery_attempt_delivery_fkey"
        ),
        nullable=False,
    ),
    Column("attempt", Integer, nullable=False),
    Column("started_at", INSTANT, nullable=False),
    Column("milliseconds", Integer, nullable=False),
    Column("status", Integer),
    Column("problem", Text),
    Column("answer", Text),
    PrimaryKeyConstraint("delivery_id", "attempt"),
    CheckConstraint("attempt > 0", name="delivery_attempt_attempt_check"),
    CheckConstraint("milliseconds >= 0", name="delivery_attempt_milliseconds_check"),
    CheckConstraint("octet_length(answer) <= 8192", name="delivery_attempt_answer_check"),
    info={"placement": Placement.LOCAL},
)

told_once = Table(
    "told_once",
    metadata,
    Column("party_id", Integer, nullable=False),
    Column("subject", CODE, nullable=False),
    Column("told_at", INSTANT, nullable=False, server_default=NOW),
    PrimaryKeyConstraint("party_id", "subject"),
    info={"placement": Placement.LOCAL},
)

points_feed = Table(
    "points_feed",
    metadata,
    Column("book_id", Integer, autoincrement=False),
    Column("party_id", Integer, nullable=False),
    Column("types", ARRAY(Text), nullable=False),
    Column("heads", ARRAY(Integer), nullable=False),
    # The programme's day of the last digest.
    Column("digest_on", Date),
    Column("since", INSTANT, nullable=False, server_default=NOW),
    Column("recorded_by", Integer, server_default=ACTING),
    PrimaryKeyConstraint("book_id", name="points_feed_pkey"),
    CheckConstraint("cardinality(types) > 0", name="points_feed_types_check"),
    info={"placement": Placement.DISTRIBUTED},
)
