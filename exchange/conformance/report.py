"""A whole check: its cases played, and a report that a supplier can act on."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import httpx2

from exchange.conformance.case import (
    KIT_VERSION,
    MUST,
    WIRE_VERSION,
    Finding,
    Plan,
    Verdict,
)
from exchange.conformance.digest import digest_of, secret_id
from exchange.conformance.inbox import Inbox
from exchange.conformance.play import Player
from exchange.conformance.probe import Clock, Probe
from ledger import JSON

Tell = Callable[[Finding], None]
"""Hears each finding when its case has been played."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a check has found. `document` is the form in which it is kept and handed on."""

    url: str
    secret: str
    offer: str
    began_at: datetime
    ended_at: datetime
    findings: Sequence[Finding]
    p95_milliseconds: int | None

    @property
    def passed(self) -> bool:
        """Whether no case failed that must not. Only a report of all cases says so."""
        return self.is_whole and not any(
            finding.case.is_must and finding.verdict is Verdict.FAIL for finding in self.findings
        )

    @property
    def is_whole(self) -> bool:
        """Whether every case that must not fail was played."""
        return {each.case.number for each in self.findings} >= MUST

    def document(self) -> dict[str, JSON]:
        """The report as a document."""
        counted = Counter(str(finding.verdict) for finding in self.findings)
        return {
            "kit_version": KIT_VERSION,
            "wire_version": WIRE_VERSION,
            "url": self.url,
            "offer_code": self.offer,
            "secret_id": secret_id(self.secret),
            "digest": digest_of(self.url, self.secret),
            "began_at": self.began_at.isoformat(),
            "ended_at": self.ended_at.isoformat(),
            "passed": self.passed,
            "p95_milliseconds": self.p95_milliseconds,
            "counts": {
                "passed": counted[Verdict.PASS],
                "failed": counted[Verdict.FAIL],
                "not_supported": counted[Verdict.NOT_SUPPORTED],
            },
            "cases": [
                {
                    "case": finding.case.number,
                    "name": finding.case.name,
                    "must": finding.case.is_must,
                    "verdict": str(finding.verdict),
                    "sentence": finding.sentence,
                    "evidence": list(finding.evidence),
                }
                for finding in self.findings
            ],
        }


async def check_supplier(
    http: httpx2.AsyncClient,
    url: str,
    secret: str,
    plan: Plan,
    *,
    inbox: Inbox,
    clock: Clock,
    tell: Tell = lambda _: None,
) -> Report:
    """Play the cases of the plan against a supplier's test server.

    `http` must not follow redirects. `tell` hears of each case when it ends.
    """
    probe = Probe(http, url, secret, clock, plan.pace.answer_seconds)
    player = Player(plan, probe, inbox)
    began_at, findings = clock(), []
    async for finding in player.findings():
        findings.append(finding)
        tell(finding)
    return Report(
        url, secret, plan.offer, began_at, clock(), tuple(findings), player.p95_milliseconds
    )
