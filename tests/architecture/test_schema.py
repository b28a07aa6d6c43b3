"""The migrated schema, read from the database's own catalogue."""

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from api.process.migrate import head_revision, migrate
from ledger import Database, Placement, engine_url
from ledger.database import SERVICE_ROLE
from loadtests.cluster.tables import PACKAGES, metadata_of, placed
from tests.conftest import create_from_template, on_database

# Spread over the nodes of a cluster by book, copied to every node, or kept on one.
PLACED = {
    Placement.DISTRIBUTED: {
        *("ledger.lane", "ledger.account", "ledger.journal", "ledger.hold"),
        *("ledger.rate", "ledger.replaced_rules", "ledger.seal", "ledger.outbox", "ledger.request"),
        *("catalog.allotment", "catalog.procurement"),
        *("catalog.member", "catalog.member_identifier", "catalog.member_tag"),
        *("catalog.member_tier", "catalog.tag", "catalog.tier"),
        *("catalog.price_rule", "catalog.price_rate", "catalog.offer_access"),
        *("ledger.consent", "ledger.consent_month"),
        *("exchange.coupon", "exchange.fulfilment_order", "exchange.receipt_step"),
        *("exchange.use_request", "exchange.limit_count", "exchange.stock_level"),
        "exchange.shop_use",
        *("exchange.custody", "exchange.gift_count", "exchange.new_member"),
        "exchange.new_user",
        "exchange.card_code",
        *("exchange.figure_round", "exchange.figure_day", "exchange.asked_day"),
        "api.points_feed",
        *("exchange.shown_day", "exchange.use_rank"),
        "exchange.coupon_case",
        *("exchange.earning_rule", "exchange.earning_budget", "exchange.earned"),
        *("exchange.invitation", "exchange.product_batch", "exchange.product_code"),
        *("exchange.gift_plan", "exchange.birthday_gift"),
        *("settlement.line", "settlement.rejected_message", "settlement.allocation"),
        "settlement.period_book",
        *("settlement.line", "settlement.rejected_message"),
        *("settlement.liability_reading", "settlement.liability_movement"),
        *("settlement.liability_wallet", "settlement.liability_close"),
        *("settlement.liability_balance", "settlement.liability_estimate"),
        "settlement.liability_setting",
        *("api.launch", "api.member_visit"),
    },
    Placement.REFERENCE: {
        "ledger.book",
        *("catalog.category", "catalog.party"),
        *("catalog.offer", "catalog.offer_version", "catalog.offer_period"),
        *("catalog.isolation_class", "catalog.supplier_stage"),
        *("settlement.period", "settlement.calendar", "settlement.rate_card"),
    },
    Placement.LOCAL: {
        *("catalog.actor", "catalog.api_key", "catalog.audit_entry"),
        *("catalog.endpoint", "catalog.isolation_rule", "catalog.rules_version"),
        *("catalog.party_group", "catalog.group_member"),
        *("catalog.retired_secret", "catalog.supply_terms", "catalog.supply_taken"),
        *("catalog.party_key", "catalog.shop", "catalog.card_code"),
        *("catalog.code_level", "catalog.picture"),
        *("catalog.import_mapping", "catalog.import_job", "catalog.import_row"),
        *("catalog.supplier_check", "catalog.supplier_check_order"),
        *("exchange.data_key", "exchange.vault_key", "exchange.withdrawal"),
        *("exchange.swap", "exchange.swap_line", "exchange.lease", "exchange.lease_use"),
        *("exchange.placement", "exchange.placement_count"),
        *("ledger.heartbeat", "ledger.money_book", "ledger.money_entry"),
        *("settlement.netting", "settlement.netting_party", "settlement.netting_statement"),
        *("settlement.netting_step", "settlement.payment"),
        *("settlement.contract", "settlement.numbering", "settlement.statement"),
        *("settlement.reconciliation", "settlement.upload"),
        *("settlement.rate_card_version", "settlement.period_step"),
        *("settlement.reconciliation_match", "settlement.reconciliation_break"),
        "settlement.break_step",
        *("settlement.period_line", "settlement.statement_step"),
        *("settlement.statement_file", "settlement.statement_file_part"),
        *("settlement.daily_bill", "settlement.daily_bill_part", "settlement.billing_profile"),
        *("settlement.dispute", "settlement.dispute_line", "settlement.invoice"),
        *("settlement.adjustment", "settlement.adjustment_line"),
        *("api.app_user", "api.membership", "api.invitation", "api.session"),
        *("api.recovery_code", "api.sign_in_failure"),
        *("api.event_head", "api.event", "api.webhook_endpoint", "api.told_once"),
        *("api.delivery", "api.delivery_attempt", "api.frame_origin"),
        *("settlement.partner_file", "settlement.partner_file_part", "settlement.file_mapping"),
    },
}
# Each row of this table is a book.
BOOKS = "ledger.book"
# Programmes are found by their code. They are reference data too, though each row is a book.
BY_CODE = {
    "ledger.book: UNIQUE (code)",
    "ledger.book: CREATE UNIQUE INDEX book_code_key ON ledger.book USING btree (code)",
}

# The columns that move. The service may change them, and no others.
MOVING = {
    "ledger.book": "name rules",
    "ledger.lane": (
        "seq accounts issuance redemption breakage held transit clearing adjustment debt"
        " converted_out converted_in"
    ),
    "ledger.account": (
        "balance held debt last_seq next_expiry slides_until merged_into lots usage latest_on"
    ),
    "ledger.hold": "state",
    "ledger.consent": "points ended_at",
    "ledger.consent_month": "points",
    "ledger.outbox": "available_at attempts last_error parked_at",
    "ledger.request": "refused answer",
    "ledger.heartbeat": "beat_at worked_at",
    "ledger.money_book": "last_seq head_sha256",
    "catalog.api_key": "label scopes expires_at last_used_at revoked_at",
    "catalog.endpoint": (
        "url encrypted_secret changed_at recorded_by timeout_ms concurrency_max rate_per_second"
        " deadline_seconds absent_proves_after_seconds first_query_after_seconds waiting_max"
    ),
    "catalog.retired_secret": "encrypted_secret",
    "catalog.party": "name trusted categories category require_shop",
    "catalog.isolation_rule": "validity",
    "catalog.party_group": "label",
    "catalog.group_member": "validity accepted_at",
    "catalog.rules_version": "version mark changed_at",
    "catalog.offer": "latest_version granted state paused_by state_reason listed_at",
    "catalog.offer_period": "valid_period",
    "catalog.allotment": "remaining returned closed_at halted_at",
    "catalog.supply_terms": "granted withdrawn_at",
    "catalog.supply_taken": "granted",
    "catalog.procurement": "state reason decided_at",
    "catalog.party_key": "encrypted_key",
    "catalog.shop": "name region groups state online changed_at recorded_by",
    "catalog.card_code": "sealed withdrawn_at party_key_id moved_to_book is_recalled",
    "catalog.code_level": "is_low",
    "exchange.card_code": (
        "party_key_id sealed is_recalled coupon_id given_at counts_as_used reveal_until revealed_at"
    ),
    "catalog.import_mapping": "kind document changed_at recorded_by",
    "catalog.import_job": (
        "may_apply accept_partial state sealed_file sealed_mended file refusal rows_read"
        " line_done created updated unchanged rejected lease leased_until received_at ended_at"
        " recorded_by"
    ),
    "catalog.supplier_stage": (
        "stage suspended_from share_permyriad tags per_day_max open_orders_max failure_permyriad"
        " p95_seconds is_automatic reason since taken_on taken recorded_by"
    ),
    "catalog.supplier_check": "state passed digest report problem lease leased_until ended_at",
    "catalog.supplier_check_order": "callbacks",
    "exchange.limit_count": "taken",
    "exchange.stock_level": "is_low level",
    "exchange.figure_round": "heads looked_at",
    "exchange.figure_day": (
        "is_measured cheapest_points issued issue_reversed redeemed_points reached redeemed"
    ),
    "exchange.asked_day": "times",
    "exchange.shown_day": "impressions members reported_at recorded_by",
    "exchange.use_rank": "delivered used members",
    "exchange.earning_rule": "ended_at",
    "exchange.earning_budget": "points",
    "exchange.invitation": "ended_at",
    "exchange.product_batch": "state codes closed_at",
    "exchange.product_code": "member points earned_at",
    "exchange.gift_plan": (
        "birthday_offer_id birthday_hour free_rights_per_week birthdays_done_on changed_at"
        " recorded_by"
    ),
    "catalog.price_rule": "ended_at",
    "catalog.member": "birthday rights_by_third_party contact first_seen recorded_by",
    "catalog.member_identifier": "member",
    "catalog.member_tag": "member source since until recorded_by",
    "catalog.member_tier": "member",
    "catalog.tag": "label",
    "catalog.tier": "label rank",
    "exchange.swap": (
        "other_book_id state proposer_standing other_standing agreed_at judged_at ended_at"
    ),
    "exchange.placement": "ended_at",
    "exchange.lease": "used closed_at",
    "exchange.lease_use": "state answer",
    "exchange.coupon": (
        "state uses used_at used_store used_reference account encrypted_account masked_account"
        " lock_key lock_until lock_shop"
        " code holder hops gift_digest gift_until gift_to used_by_new"
    ),
    "exchange.shop_use": "reversed_at",
    "exchange.coupon_case": (
        "state decision reason decided_evidence waits_until points decided_at decided_by"
    ),
    "exchange.data_key": "encrypted_key",
    "exchange.gift_count": "given",
    "exchange.withdrawal": "ended_at",
    "exchange.fulfilment_order": (
        "state submissions submitted_at query_at queries finished_at reason supplier_reference"
    ),
    "exchange.vault_key": "is_current stated_at",
    "settlement.calendar": (
        "time_zone four_eyes dispute_days payment_days number_prefix changed_by changed_at"
    ),
    "settlement.adjustment": "state decided_at decided_by month tax_minor",
    "settlement.liability_reading": (
        "month heads target balances pages begun_at recorded_by naming"
    ),
    "settlement.liability_wallet": "queue",
    "settlement.liability_estimate": "approved_at approved_by",
    "settlement.liability_setting": "four_eyes accounts changed_at recorded_by",
    "settlement.contract": "validity",
    "settlement.rate_card": "state published_at published_by",
    "settlement.dispute": "state answer closed_at closed_party_id closed_by",
    "settlement.period": "state closed_at closing_at closing_by wants_issue accepted reason",
    "settlement.period_step": "done total finished_at",
    "settlement.numbering": "last_sequence",
    "settlement.statement": (
        "state year sequence number file_sha256 chain_sha256 issued_at due_on"
        " reviewed_by issued_by payer_agreed_at payee_agreed_at dispute_reason voided_at"
        " disputed_minor term_ends_at"
    ),
    "settlement.netting": "state revision",
    "settlement.netting_party": "claims_minor debts_minor taken_out",
    "settlement.netting_statement": "state",
    "settlement.reconciliation": (
        "state replaced_by supplier_signed_at supplier_signed_by operator_signed_at"
        " operator_signed_by"
    ),
    "settlement.reconciliation_break": "opened_on carried_from state assignee adjustment_id",
    "settlement.file_mapping": "document changed_at recorded_by",
    "api.app_user": ("name password_hash locale encrypted_totp totp_since totp_step disabled_at"),
    "api.session": "party_id seen_at",
    "api.sign_in_failure": "failures since",
    "api.event_head": "last_sequence",
    "api.points_feed": "types heads digest_on",
    "api.webhook_endpoint": (
        "url description types encrypted_secret former_secret former_until state reason"
        " failing_since disabled_at"
    ),
    "api.delivery": "state attempts tries due_at leased_until ended_at",
    "settlement.upload": (
        "file wanted_until lease leased_until reconciliation_id refusal partner_file_id"
    ),
}
# The tables whose rows are meant to go.
GOING = {
    "ledger.heartbeat",
    *("ledger.outbox", "catalog.isolation_rule", "settlement.rejected_message"),
    *("catalog.retired_secret", "exchange.vault_key"),
    *("settlement.upload", "catalog.group_member", "catalog.import_row"),
    *("catalog.member_identifier", "catalog.member_tag", "catalog.member_tier"),
    *("catalog.member", "catalog.tag", "catalog.tier", "catalog.supplier_check_order"),
    *("exchange.card_code", "exchange.use_rank", "exchange.new_user"),
    *("exchange.invitation", "exchange.birthday_gift"),
    "catalog.picture",
    *("api.membership", "api.invitation", "api.session"),
    *("api.recovery_code", "api.sign_in_failure"),
    *("api.event", "api.webhook_endpoint", "api.told_once", "api.points_feed"),
    *("api.launch", "api.member_visit", "api.frame_origin"),
}
# What never changes. The login of the service may not change it, and a trigger stops the owner.
APPEND_ONLY = {
    "ledger.journal",
    "ledger.money_entry",
    "ledger.seal",
    "ledger.rate",
    "ledger.replaced_rules",
    "catalog.actor",
    "catalog.audit_entry",
    "catalog.price_rate",
    "catalog.offer_access",
}

COLUMNS = r"""
    SELECT c.relname || '.' || a.attname AS name,
        concat_ws(
            ' ',
            format_type(a.atttypid, a.atttypmod),
            CASE WHEN a.attnotnull THEN 'NOT NULL' END,
            CASE a.attidentity
                WHEN 'a' THEN 'GENERATED ALWAYS' WHEN 'd' THEN 'GENERATED BY DEFAULT'
            END,
            CASE a.attgenerated WHEN 's' THEN 'STORED' WHEN 'v' THEN 'VIRTUAL' END,
            CASE WHEN a.attcollation <> t.typcollation THEN 'COLLATE ' || l.collname END,
            regexp_replace(pg_get_expr(d.adbin, d.adrelid), '^''([0-9]+)''::\w+$', '\1')
        ) AS definition
    FROM pg_attribute a
    JOIN pg_class c ON c.oid = a.attrelid
    JOIN pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_collation l ON l.oid = a.attcollation
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE c.relnamespace = $1::regnamespace AND c.relkind IN ('r', 'p')
      AND a.attnum > 0 AND NOT a.attisdropped
"""
# SQLAlchemy cannot express WITHOUT OVERLAPS.
CONSTRAINTS = """
    SELECT conrelid::regclass || ' '
            || replace(pg_get_constraintdef(oid), ' WITHOUT OVERLAPS', '') AS name,
        '' AS definition
    FROM pg_constraint WHERE connamespace = $1::regnamespace AND contype IN ('p', 'u', 'f', 'x')
"""
INDEXES = r"""
    SELECT tablename || ' ' || regexp_replace(indexdef, 'INDEX \S+ ON', 'INDEX ON') AS name,
        '' AS definition
    FROM pg_indexes WHERE schemaname = $1
      AND NOT EXISTS (
        SELECT FROM pg_constraint
        WHERE conname = indexname AND connamespace = $1::regnamespace
      )
"""


async def schema_of(connection: asyncpg.Connection, package: str) -> set[tuple[str, str]]:
    """The tables, columns, keys and indexes of one schema.

    CHECKs, triggers and storage are only in the migrations.
    """
    found = set()
    for query in (COLUMNS, CONSTRAINTS, INDEXES):
        found |= {
            (row["name"], row["definition"]) for row in await connection.fetch(query, package)
        }
    return found


@pytest.mark.parametrize("package", PACKAGES)
async def test_tables_module_equals_the_migrated_schema(
    package: str, migrated_url: str, database_url: str, worker_name: str
) -> None:
    name = f"declared_{package}_{worker_name}"
    admin = await asyncpg.connect(on_database(migrated_url, "postgres"))
    try:
        await admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        await create_from_template(admin, name, "template0")
        declared_url = on_database(migrated_url, name)
        engine = create_async_engine(engine_url(declared_url))
        async with engine.begin() as declared:
            await declared.execute(text(f"CREATE SCHEMA {package}"))
            await declared.run_sync(metadata_of(package).create_all)
        await engine.dispose()
        one, other = await asyncpg.connect(declared_url), await asyncpg.connect(database_url)
        try:
            declared_schema = await schema_of(one, package)
            migrated_schema = await schema_of(other, package)
        finally:
            await one.close()
            await other.close()
        assert declared_schema - migrated_schema == set(), (
            "declared in tables.py, not made by the migrations"
        )
        assert migrated_schema - declared_schema == set(), (
            "made by the migrations, not declared in tables.py"
        )
    finally:
        await admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        await admin.close()


async def test_every_key_of_member_data_starts_with_the_book(database: Database) -> None:
    """The book is the shard. No primary, unique or foreign key may begin with another column."""
    query = text("""
        SELECT c.conrelid::regclass || ': ' || pg_get_constraintdef(c.oid)
        FROM pg_constraint c
        JOIN pg_attribute book ON book.attrelid = c.conrelid AND book.attname = 'book_id'
        WHERE c.contype IN ('p', 'u', 'f', 'x')
          AND c.connamespace::regnamespace::text = ANY (:packages)
          AND c.conkey[1] <> book.attnum
        UNION
        SELECT i.indrelid::regclass || ': ' || pg_get_indexdef(i.indexrelid)
        FROM pg_index i
        JOIN pg_class t ON t.oid = i.indrelid
        JOIN pg_attribute book ON book.attrelid = i.indrelid AND book.attname = 'book_id'
        WHERE i.indisunique AND t.relnamespace::regnamespace::text = ANY (:packages)
          AND i.indkey[0] <> book.attnum
    """)
    async with database.transaction() as connection:
        found = set((await connection.execute(query, {"packages": list(PACKAGES)})).scalars())
    assert found == BY_CODE


async def test_no_index_of_a_wallet_has_a_column_that_changes(database: Database) -> None:
    """An update would write all of its index entries again (decision 0013).

    The one exception is a merge, which happens to a wallet once.
    """
    query = text("""
        SELECT DISTINCT a.attname FROM pg_index i
        JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey::smallint[])
        WHERE i.indrelid = 'ledger.account'::regclass
    """)
    async with database.transaction() as connection:
        found = set((await connection.execute(query)).scalars())
    assert found == {"book_id", "account_id", "member", "merged_into"}


def test_every_table_says_where_a_cluster_keeps_it() -> None:
    assert {each: set(placed(each)) for each in Placement} == PLACED


async def test_tables_without_a_book_name_no_member(database: Database) -> None:
    """What names a member is distributed, and what is distributed has the book in every key."""
    query = text("""
        SELECT c.oid::regclass::text FROM pg_class c
        WHERE c.relkind IN ('r', 'p') AND c.relnamespace::regnamespace::text = ANY (:packages)
            AND NOT EXISTS (
                SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'book_id'
            )
    """)
    members = text("""
        SELECT attrelid::regclass::text FROM pg_attribute
        WHERE attname IN ('member', 'account_id', 'coupon_id')
            AND attrelid = ANY (CAST(:tables AS regclass[]))
    """)
    async with database.transaction() as connection:
        found = set((await connection.execute(query, {"packages": list(PACKAGES)})).scalars())
        assert list((await connection.execute(members, {"tables": sorted(found)})).scalars()) == []
    assert found == (PLACED[Placement.REFERENCE] | PLACED[Placement.LOCAL]) - {BOOKS}


async def test_distributed_tables_have_keys_and_refer_to_what_is_on_their_node(
    database: Database,
) -> None:
    """Other tables have no foreign key to a distributed one: no node would have all of it."""
    query = text("""
        SELECT conrelid::regclass::text, contype::text, confrelid::regclass::text
        FROM pg_constraint
        WHERE contype IN ('p', 'f') AND connamespace::regnamespace::text = ANY (:packages)
    """)
    async with database.transaction() as connection:
        keys = (await connection.execute(query, {"packages": list(PACKAGES)})).all()
    distributed, local = PLACED[Placement.DISTRIBUTED], PLACED[Placement.LOCAL]
    assert {one for one, kind, _ in keys if kind == "p"} >= distributed
    references = {(one, other) for one, kind, other in keys if kind == "f"}
    assert {pair for pair in references if pair[1] in distributed} <= {
        (one, other) for one in distributed for other in distributed
    }
    assert {pair for pair in references if pair[0] in distributed and pair[1] in local} == set()


async def test_no_foreign_key_leaves_its_schema(database: Database) -> None:
    query = text("""
        SELECT conrelid::regclass || ' -> ' || confrelid::regclass FROM pg_constraint k
        JOIN pg_class one ON one.oid = k.conrelid JOIN pg_class other ON other.oid = k.confrelid
        WHERE k.contype = 'f' AND one.relnamespace <> other.relnamespace
    """)
    async with database.transaction() as connection:
        assert list((await connection.execute(query)).scalars()) == []


async def test_the_service_may_change_what_moves_and_no_more(database: Database) -> None:
    query = text("""
        SELECT c.oid::regclass::text AS name,
            has_table_privilege(:role, c.oid, 'SELECT')
                AND has_table_privilege(:role, c.oid, 'INSERT') AS may_add,
            ARRAY (
                SELECT attname::text FROM pg_attribute
                WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped
                    AND has_column_privilege(:role, c.oid, attnum, 'UPDATE')
            ) AS may_change,
            has_table_privilege(:role, c.oid, 'DELETE') AS may_delete,
            has_table_privilege(:role, c.oid, 'UPDATE')
                OR has_table_privilege(:role, c.oid, 'TRUNCATE')
                OR pg_has_role(:role, c.relowner, 'MEMBER') AS may_do_worse
        FROM pg_class c
        WHERE c.relkind IN ('r', 'p', 'v') AND c.relnamespace::regnamespace::text = ANY (:packages)
    """)
    async with database.transaction() as connection:
        rows = (
            await connection.execute(query, {"packages": list(PACKAGES), "role": SERVICE_ROLE})
        ).all()
    assert {row.name: set(row.may_change) for row in rows if row.may_change} == {
        name: set(columns.split()) for name, columns in MOVING.items()
    }
    assert {row.name for row in rows if row.may_delete} == GOING
    assert {row.name for row in rows if not row.may_add} == set()
    assert {row.name for row in rows if row.may_do_worse} == set()


async def test_append_only_tables_have_a_trigger_for_every_change(database: Database) -> None:
    """Bits of tgtype: 2 BEFORE, 8 DELETE, 16 UPDATE, 32 TRUNCATE; not 1, FOR EACH ROW."""
    query = text("""
        SELECT tgrelid::regclass::text FROM pg_trigger
        WHERE tgtype = 2 | 8 | 16 | 32 AND tgenabled = 'O'
          AND tgfoid = 'ledger.refuse_change'::regproc
    """)
    async with database.transaction() as connection:
        assert set((await connection.execute(query)).scalars()) == APPEND_ONLY


async def test_migrating_again_changes_nothing(database_url: str) -> None:
    assert await migrate(database_url) == head_revision()
