"""Issue statements: number them without gaps, chain them, freeze them.

Locks are taken in this order: the statements, by id, then the year's counter. Numbers are given
under the counter's lock, and a rollback gives them back. So they have no gaps, and each statement's
predecessor is committed before it is read.

The statements of a year are a chain in the order of their numbers. A statement's `chain_sha256` is
the SHA-256 of three things, one after the other: the `chain_sha256` of the number before it (nothing
for the first of a year), its `content_sha256`, and its head. The head is what never changes after
the issue, as a JSON array in UTF-8 (`head_of`). Whoever changes or takes away a statement breaks the
chain from there on.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import TextClause, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT, BYTEA, INTEGER, TEXT
from sqlalchemy.ext.asyncio import AsyncConnection

from settlement.calendar import Calendar, load_calendar
from settlement.months import day_of

NUMBER_DIGITS_MIN = 6
"""A statement's number is its year and a sequence of at least so many digits: 2017-000001."""

HEAD = (
    *("number", "month", "payer_party_id", "payee_party_id", "operator_party_id", "currency"),
    *("kind", "uses", "reversals", "conversions", "late_lines"),
    *("coupon_cost_minor", "platform_fee_minor", "conversion_minor", "other_minor"),
    *("adjustment_minor", "added_tax_minor", "tax_minor", "billed_minor"),
    *("issued_at", "due_on", "replaces"),
)
"""The columns of a statement that its head has, in this order."""

_LINE = """jsonb_build_array(
        line.book_id, line.use_id, line.leg, line.kind, line.coupon_id, line.offer_code,
        line.programme, line.member, line.reference,
        to_char(line.used_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24\\:MI\\:SS.US"Z"'),
        line.contract_id, line.contract_version, line.calculation, line.amount_minor, line.late)
        || CASE WHEN line.points IS NULL THEN jsonb_build_array()
            ELSE jsonb_build_array(line.points) END"""

_CONTENT = f"""
    SELECT statement.statement_id, sha256(
        string_agg(sha256(convert_to(CAST({_LINE} AS text), 'UTF8')), CAST('' AS bytea)
            ORDER BY line.book_id, line.use_id COLLATE "C", line.leg COLLATE "C",
                line.kind COLLATE "C")
    ) AS content_sha256
    FROM settlement.statement JOIN settlement.line
        USING (month, payer_party_id, payee_party_id, operator_party_id, currency)
"""

_LOCK = text(
    """
    SELECT statement_id FROM settlement.statement
    WHERE month = :month AND state IN ('draft', 'under_review')
        AND (CAST(:only AS bigint) IS NULL OR statement_id = :only)
    ORDER BY statement_id FOR UPDATE
    """
)

_TAKE_NUMBERS = text(
    """
    INSERT INTO settlement.numbering AS counter (year, last_sequence) VALUES (:year, :count)
    ON CONFLICT (year) DO UPDATE SET last_sequence = counter.last_sequence + excluded.last_sequence
    RETURNING last_sequence
    """
)

_NUMBER = text(
    f"""
    UPDATE settlement.statement
    SET state = 'under_review', year = :year, sequence = numbered.sequence,
        number = :prefix || CAST(:year AS integer) || '-' || lpad(
            CAST(numbered.sequence AS text),
            greatest({NUMBER_DIGITS_MIN}, length(CAST(numbered.sequence AS text))), '0'),
        issued_at = :now, due_on = :due_on, issued_by = :actor
    FROM (
        SELECT statement_id, CAST(:first AS integer) + row_number() OVER (
            ORDER BY payer_party_id, payee_party_id, operator_party_id, currency COLLATE "C"
        ) AS sequence
        FROM settlement.statement WHERE statement_id = ANY(:statements)
    ) AS numbered
    WHERE statement.statement_id = numbered.statement_id
    """
).bindparams(
    bindparam("statements", type_=ARRAY(BIGINT)),
    bindparam("prefix", type_=TEXT),
    bindparam("actor", type_=INTEGER),
)

_HEADS = f"""
    SELECT statement_id, year, sequence, chain_sha256, content_sha256, {", ".join(HEAD)}
    FROM settlement.statement
"""

_NUMBERED = text(
    f"""
    {_HEADS} WHERE statement_id = ANY(:statements) ORDER BY sequence
    """
).bindparams(bindparam("statements", type_=ARRAY(BIGINT)))

_BEFORE = text(
    """
    SELECT chain_sha256 FROM settlement.statement WHERE year = :year AND sequence = :sequence
    """
)

_ISSUE = text(
    """
    UPDATE settlement.statement SET state = 'issued', chain_sha256 = linked.chain_sha256
    FROM unnest(:statements, :chains) AS linked (statement_id, chain_sha256)
    WHERE statement.statement_id = linked.statement_id
    """
).bindparams(
    bindparam("statements", type_=ARRAY(BIGINT)), bindparam("chains", type_=ARRAY(BYTEA))
)

_STEP = text(
    """
    INSERT INTO settlement.statement_step (statement_id, step, done_at, recorded_by)
    SELECT statement_id, 'issue', :now, :actor
    FROM unnest(:statements) WITH ORDINALITY AS issued (statement_id, position) ORDER BY position
    """
).bindparams(
    bindparam("statements", type_=ARRAY(BIGINT)), bindparam("actor", type_=INTEGER)
)
