"""The client for Python against a service that is hard to reach: each change has one effect."""

import asyncio
import inspect
import pickle
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from comity.client import (
    Answered,
    AsyncComity,
    BusyProblem,
    Comity,
    ComityError,
    Problem,
    UnexpectedAnswer,
    Unreachable,
    problems,
)

from api.client import engine
from tests.clients.flaky import ANSWER, DROP, DROP_AFTER, HALF, HANG, Flaky, Refuse, serving

HTML = {"content-type": "text/html"}
ISSUE = {"member": "m-1", "points": 40}
Call = Callable[..., Any]


@pytest.fixture
def flaky(monkeypatch: pytest.MonkeyPatch) -> Iterator[Flaky]:
    monkeypatch.setattr(engine, "WAIT_FIRST_SECONDS", 0.01)
    with serving() as running:
        yield running


@pytest.fixture(params=["blocking", "async"])
def call(flaky: Flaky, request: pytest.FixtureRequest) -> Call:
    """Calls a method of one of the two clients."""

    async def asynchronously(name: str, places: Any, given: Any, options: Any) -> Any:
        http = httpx2.AsyncClient(trust_env=False)
        async with http, AsyncComity(flaky.url, "cmty_x", http=http, **options) as comity:
            found = getattr(comity, name)(*places, **given)
            if inspect.isasyncgen(found):
                return [item async for item in found]
            return await found

    def run(name: str, *places: Any, options: dict[str, Any] | None = None, **given: Any) -> Any:
        options = options or {}
        if request.param == "async":
            return asyncio.run(asynchronously(name, places, given, options))
        http = httpx2.Client(trust_env=False)
        with http, Comity(flaky.url, "cmty_x", http=http, **options) as comity:
            found = getattr(comity, name)(*places, **given)
            return list(found) if inspect.isgenerator(found) else found

    return run


def test_a_change_has_one_effect_however_often_it_is_sent(flaky: Flaky, call: Call) -> None:
    flaky.script = [DROP, DROP_AFTER, HALF, Refuse(429), Refuse(503), Refuse(502), ANSWER]

    answer = call("issue_points", "tea-club", **ISSUE)

    assert len(flaky.effects) == 1
    assert len(flaky.sent) == 7
    assert {(sent.key, sent.body) for sent in flaky.sent} == {
        (answer["key"], b'{"member":"m-1","points":40}')
    }
    assert {sent.headers["authorization"] for sent in flaky.sent} == {"Bearer cmty_x"}
    assert {sent.path for sent in flaky.sent} == {"/v1/programmes/tea-club/issue"}


def test_an_answer_that_never_comes_is_asked_for_again(flaky: Flaky, call: Call) -> None:
    flaky.script = [HANG]

    answer = call("issue_points", "t", **ISSUE, key="k-1", options={"timeout_seconds": 0.3})

    assert answer == {"key": "k-1"}
    assert [sent.key for sent in flaky.sent] == ["k-1", "k-1"]
    assert list(flaky.effects) == ["k-1"]


def test_the_wait_that_an_answer_names_is_kept(flaky: Flaky, call: Call) -> None:
    # The time of the answer itself counts, not that of this machine.
    instants = {
        "date": "Sun, 29 Nov 2020 08:00:00 GMT",
        "retry-after": "Sun, 29 Nov 2020 08:00:01 GMT",
    }
    flaky.script = [Refuse(429, {"retry-after": "0"}, "rate-limited"), Refuse(503, instants)]
    seen: list[Answered] = []

    started = time.monotonic()
    call("issue_points", "t", **ISSUE, key="k", options={"on_answer": seen.append})

    assert time.monotonic() - started >= 1
    (answered,) = seen
    assert (answered.attempts, answered.status, answered.key) == (3, 201, "k")
    assert (answered.operation, answered.items) == ("issue_points", 0)


def test_patience_ends_at_once_if_the_wait_is_longer(flaky: Flaky, call: Call) -> None:
    flaky.script = [Refuse(429, {"retry-after": "3600"}, "rate-limited", {"tokens": 3})]

    with pytest.raises(problems.RateLimited) as caught:
        call("issue_points", "t", **ISSUE, key="k-9")

    problem = caught.value
    assert isinstance(problem, BusyProblem)
    assert (problem.code, problem.status, problem.key) == ("rate-limited", 429, "k-9")
    assert (problem.document["tokens"], problem.request_id) == (3, "r-1")
    assert str(pickle.loads(pickle.dumps(problem))) == str(problem)
    assert len(flaky.sent) == 1


def test_what_is_not_safe_to_repeat_is_not_repeated(flaky: Flaky, call: Call) -> None:
    for step in (DROP_AFTER, Refuse(503, code="unavailable"), Refuse(504, HTML)):
        flaky.script, flaky.sent[:] = [step], []
        with pytest.raises(ComityError):
            call("issue_product_codes", "t", "b-1", count=3)
        assert len(flaky.sent) == 1

    # With these, the service says that it did nothing.
    flaky.script, flaky.sent[:] = [Refuse(429), Refuse(503, code="overloaded")], []
    call("issue_product_codes", "t", "b-1", count=3)
    assert [sent.key for sent in flaky.sent] == [None] * 3


def test_reads_are_repeated_and_have_no_key(flaky: Flaky, call: Call) -> None:
    flaky.script = [DROP, HALF]

    assert call("get_programme_totals", "t") == {"issued": 0}
    assert [(sent.method, sent.key) for sent in flaky.sent] == [("GET", None)] * 3


def test_nobody_listens(call: Call, flaky: Flaky) -> None:
    options = {"patience_seconds": 0.4}
    flaky.url = "http://127.0.0.1:1"
    with pytest.raises(Unreachable, match="no answer to POST http://127") as caught:
        call("request", "POST", "/v1/x", body={}, key="k-1", options=options)
    assert caught.value.key == "k-1"


def test_what_will_be_the_same_is_not_tried_again(call: Call, flaky: Flaky) -> None:
    with pytest.raises(Unreachable, match="after one attempt: LocalProtocolError"):
        call("issue_points", "t", **ISSUE, key="two\nlines")
    flaky.url = "ftp://127.0.0.1"
    with pytest.raises(Unreachable, match="after one attempt: UnsupportedProtocol"):
        call("issue_points", "t", **ISSUE)


def test_all_pages_are_walked(flaky: Flaky, call: Call) -> None:
    flaky.script = [ANSWER, DROP, Refuse(503)]

    found = call("each_own_offers", limit=3)

    assert [offer["code"] for offer in found] == [f"o{n}" for n in range(20)]
    assert {sent.query["limit"] for sent in flaky.sent} == {"3"}
    assert len(flaky.sent) == 9
    assert call("each", "/v1/offers", query={"limit": 3}) == found


def test_a_long_batch_is_sent_in_parts(flaky: Flaky, call: Call) -> None:
    operations = [
        {"kind": "issue", "member": f"m-{n}", "points": -1 if n == 1_500 else n}
        for n in range(2_300)
    ]
    operations[7]["key"] = "mine"
    flaky.script = [ANSWER, DROP_AFTER]
    seen: list[Answered] = []

    done = call("submit_operations", "t", operations=operations, options={"on_answer": seen.append})

    sizes = [len(sent.document["operations"]) for sent in flaky.sent]
    assert sizes == [1_000, 1_000, 1_000, 300]
    assert flaky.sent[1].body == flaky.sent[2].body
    assert len(done["answers"]) == 2_300
    assert len(flaky.effects) == 2_299
    assert [each.items for each in seen] == [1_000, 1_000, 300]
    sent = [item["key"] for each in flaky.sent[:2] for item in each.document["operations"]]
    assert [answer["key"] for answer in done["answers"][:2_000]] == sent
    assert sent[7] == "mine"
    ((place, problem),) = problems.refusals(done["answers"])
    assert (place, problem.code, problem.key) == (1_500, "points-out-of-range", sent[1_500])
    assert "key" not in operations[0]


def test_parts_that_are_too_large_are_halved(flaky: Flaky, call: Call) -> None:
    flaky.bytes_max = 2_000
    items = [{"kind": "issue", "key": f"k-{n}", "member": "m", "points": n} for n in range(100)]

    done = call("submit_operations", "t", operations=items)

    assert [answer["key"] for answer in done["answers"]] == [f"k-{n}" for n in range(100)]
    assert list(flaky.effects) == [f"k-{n}" for n in range(100)]


def test_a_batch_that_belongs_together_is_not_cut(flaky: Flaky, call: Call) -> None:
    items = [{"kind": "issue", "member": "m", "points": 1}] * 1_001

    with pytest.raises(ValueError, match="only the mode `independent`"):
        call("submit_operations", "t", operations=items, mode="atomic")
    assert call("submit_operations", "t", operations=[]) == {"answers": []}
    assert flaky.sent == []


def test_a_refused_part_says_what_was_done_before(flaky: Flaky, call: Call) -> None:
    flaky.script = [ANSWER, Refuse(403, code="role-required")]
    items = [{"kind": "issue", "member": "m", "points": 1}] * 1_001

    with pytest.raises(problems.RoleRequired) as caught:
        call("submit_operations", "t", operations=items)

    assert len(caught.value.answers) == 1_000

    flaky.script = [ANSWER, DROP]
    with pytest.raises(Unreachable) as lost:
        call("submit_operations", "t", operations=items, options={"unanswered_max": 1})
    assert len(lost.value.answers) == 1_000


def test_a_file_is_written_when_it_is_whole(flaky: Flaky, call: Call, tmp_path: Path) -> None:
    target = tmp_path / "statement.csv"
    flaky.script = [HALF, ANSWER, Refuse(404, code="statement-not-found"), ANSWER]

    assert call("save_statement", str(target), 7, format="csv") == target
    assert target.read_bytes() == b"line\n" * 50_000
    with pytest.raises(problems.StatementNotFound):
        call("save_statement", target, 8)
    assert call("download_statement", 7) == target.read_bytes()
    assert [path.name for path in tmp_path.iterdir()] == ["statement.csv"]
    assert flaky.sent[0].path == "/v1/statements/7/download"


def test_a_file_is_sent_again_from_its_beginning(flaky: Flaky, call: Call, tmp_path: Path) -> None:
    source = tmp_path / "uses.csv"
    source.write_bytes(b"reference,offer_code\n" * 20_000)
    flaky.script = [DROP_AFTER]

    call("add_reconciliation", month="2017-01", content=source)
    call("add_reconciliation", content=b"a,b\n")

    first, again, other = flaky.sent
    assert first.body == again.body == source.read_bytes()
    assert first.key == again.key != other.key
    assert (first.headers["content-type"], first.query) == ("text/csv", {"month": "2017-01"})
    assert len(flaky.effects) == 2


def test_another_answers(flaky: Flaky, call: Call) -> None:
    flaky.script = [Refuse(418, HTML)]

    with pytest.raises(UnexpectedAnswer, match="HTTP 418"):
        call("get_programme_totals", "t")


def test_a_problem_of_a_later_release_has_a_family(flaky: Flaky, call: Call) -> None:
    flaky.script = [Refuse(409, code="brand-new")]

    with pytest.raises(Problem) as caught:
        call("issue_points", "t", **ISSUE)

    assert type(caught.value).__name__ == "ConflictProblem"
    assert caught.value.code == "brand-new"


@pytest.mark.parametrize(
    ("places", "given", "error"),
    [
        (("t",), {"member": "m", "amount": 3}, TypeError),
        ((), {"member": "m", "points": 3}, TypeError),
        (("t", "u"), {}, TypeError),
        (("t",), {"programme": "u"}, TypeError),
        (("..",), {"member": "m", "points": 3}, ValueError),
    ],
)
def test_wrong_calls_are_not_sent(
    flaky: Flaky, call: Call, places: Any, given: Any, error: type[Exception]
) -> None:
    with pytest.raises(error):
        call("issue_points", *places, **given)
    with pytest.raises(AttributeError):
        call("issue_nothing", "t")
    assert flaky.sent == []


def test_options_change_on_the_same_connections(flaky: Flaky) -> None:
    http = httpx2.Client(trust_env=False)
    with http, Comity(flaky.url, "one", http=http) as comity:
        comity.with_options(api_key="two").get_programme_totals("a b/c")
        comity.get_programme_totals("t")

    assert [sent.headers["authorization"] for sent in flaky.sent] == ["Bearer two", "Bearer one"]
    assert flaky.sent[0].path == "/v1/programmes/a%20b%2Fc/totals"
    assert "issue_points" in dir(comity)
    assert comity.issue_points.__doc__ == "Issue points"
    assert "two" not in repr(comity)
