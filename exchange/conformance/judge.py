"""What each case has shown, from what was said (pure).

Each judgement answers a verdict, and a sentence that says what to do about it.
"""

from collections.abc import Sequence

from exchange.conformance.case import Verdict
from exchange.conformance.story import FINAL, PARTIAL, Reply, Story

Judgement = tuple[Verdict, str]

OK_CODE, ACCEPTED_CODE, SERVER_ERROR_CODE = 200, 202, 500


def passed(sentence: str) -> Judgement:
    """The case has shown what it must."""
    return Verdict.PASS, sentence


def failed(sentence: str) -> Judgement:
    """The case has shown a fault."""
    return Verdict.FAIL, sentence


def unshown(sentence: str) -> Judgement:
    """The case has shown nothing."""
    return Verdict.NOT_SUPPORTED, sentence


def _steered(name: str, instead: str) -> Judgement:
    return unshown(
        f"The account `{name}` was {instead}. Have your test server play it, or name one of yours"
        f" that does: --account {name}=…"
    )


def _one_end(story: Story) -> Judgement | None:
    """The fault of an order with two ends or two deliveries. None: it has neither."""
    if len(story.ends) > 1:
        return failed(
            "You said both SUCCESS and FAILED of one number. The first end that you say must stand."
        )
    if len(story.references) > 1:
        return failed(
            "One number was delivered more than once: your answers name"
            f" {', '.join(sorted(story.references))}. Make the request number your own key."
        )
    return None


def judge_delivered(story: Story) -> Judgement:
    """Case 1: delivered within a minute, and a query agrees."""
    first = story.sent[0]
    if (fault := _answer_fault(first)) is not None:
        return fault
    if first.said == "FAILED" or "FAILED" in story.ends:
        return failed("The account `ok` must be delivered. Say SUCCESS for it.")
    if (fault := _one_end(story)) is not None:
        return fault
    if PARTIAL in story.said and not story.ends:
        return failed(
            "PARTIAL ends nothing: a person has to decide. Deliver the account `ok` whole."
        )
    if "SUCCESS" not in story.ends:
        return failed("The order had no end in a minute. Deliver it, and say SUCCESS to a query.")
    if not story.asked or story.asked[-1].said != "SUCCESS":
        return failed("After SUCCESS, a query must answer 200 and SUCCESS as well.")
    return passed("Delivered, and the query agrees.")


def _answer_fault(reply: Reply) -> Judgement | None:
    """The fault of an answer to an order that proves nothing, or has the wrong code."""
    if reply.status is None:
        return failed(f"There was no answer to the order: {reply.problem}.")
    if reply.said is None:
        return failed(
            f"The answer {reply.status} proves nothing. Answer 202 with PROCESSING, or 200 with"
            " SUCCESS, FAILED or PARTIAL."
        )
    if reply.said in {PARTIAL, *FINAL} and reply.status != OK_CODE:
        return failed(f"Answer 200, not {reply.status}, with {reply.said}.")
    if reply.said == "PROCESSING" and reply.status != ACCEPTED_CODE:
        return failed(f"Answer 202, not {reply.status}, with PROCESSING.")
    return None


def judge_called_back(story: Story) -> Judgement:
    """Case 2: accepted, PROCESSING until the end, and called back with a good signature."""
    first = story.sent[0]
    if (fault := _answer_fault(first)) is not None:
        return fault
    if first.said == "SUCCESS":
        return _steered("ok-async", "delivered at once")
    if first.said == "FAILED" or "FAILED" in story.ends:
        return failed("The account `ok-async` must be delivered, some time after the answer.")
    early = story.asked[0].said if story.asked else None
    if early not in {"PROCESSING", "SUCCESS"}:
        return failed("Between the order and its end, a query must answer 200 and PROCESSING.")
    if not story.callbacks:
        return failed("No callback came. Send it to the callback_url of the order.")
    if not all(each.is_signed for each in story.callbacks):
        return failed(
            "A callback is not signed by the secret, or its webhook-timestamp is not now."
        )
    if story.callbacks[0].said != "SUCCESS":
        return failed("The callback must say SUCCESS and the order's request_number.")
    return _one_end(story) or passed("Accepted, delivered and called back.")


def judge_refused(story: Story, name: str = "refuse") -> Judgement:
    """Case 3 and a part of 9: refused by FAILED, in a 200, with a reason."""
    first = story.sent[0]
    if first.is_refused:
        return failed(
            f"An order was refused by {first.status}, which proves nothing: the points stay held."
            " Answer 200 with FAILED and a reason."
        )
    if (fault := _answer_fault(first)) is not None:
        return fault
    if "SUCCESS" in story.ends and "FAILED" not in story.ends:
        return _steered(name, "delivered")
    if "FAILED" not in story.ends:
        return failed("The order had no end in a minute. Say FAILED, and why.")
    if not any(reply.reason for reply in (*story.sent, *story.asked)) and not any(
        each.document.get("reason") for each in story.callbacks
    ):
        return failed("Say with FAILED why, as `reason`: the member and the brand read it.")
    return _one_end(story) or passed("Refused, with a reason.")


def judge_twins(story: Story) -> Judgement:
    """Case 4: ten requests of one number at once are one delivery."""
    if (fault := _one_end(story)) is not None:
        return fault
    mute = [reply for reply in story.sent if reply.said is None]
    if mute:
        return failed(
            f"{len(mute)} of {len(story.sent)} requests of one number got no answer that proves"
            f" anything ({mute[0]}). Answer each as you answered the first."
        )
    if "FAILED" in story.ends:
        return failed("A repeated number was refused. Answer it as you answered the first request.")
    if not story.ends:
        return failed("The order had no end in a minute.")
    return _named(story, "Ten requests of one number were one delivery.")


def _named(story: Story, sentence: str) -> Judgement:
    """Passed, if a delivery has a number: without one, nobody sees how often it was made."""
    if not story.references:
        return unshown(
            "Name each delivery by a supplier_reference in your answers. Without it nobody can see"
            " how often you have delivered."
        )
    return passed(sentence)


def judge_other_body(story: Story, second: Reply) -> Judgement:
    """Case 5: a number comes with another body. `second` is the answer to that."""
    last = story.asked[-1].said if story.asked else None
    if len(story.references) > 1:
        return failed(
            "The same number with another body was delivered again. Refuse it, or answer as before."
        )
    if second.status is None or second.status >= SERVER_ERROR_CODE:
        return failed(f"The same number with another body got no proper answer ({second}).")
    if last != "SUCCESS":
        return failed("A second body changed what a query says of the first order.")
    return _named(story, "The first order stands.")


def judge_slow(story: Story, *, came_in_time: bool) -> Judgement:
    """Case 6: the answer comes after our timeout. Then we ask, and send the number again."""
    if came_in_time:
        return _steered("slow", "answered in time")
    return _judge_after_silence(story) or _named(
        story, "The query told the truth, and nothing was delivered twice."
    )


def judge_lost(story: Story) -> Judgement:
    """Case 7: the connection breaks before the answer."""
    if story.sent[0].status is not None:
        return _steered("lost", "answered")
    return _judge_after_silence(story) or passed("The query told the truth.")


def _judge_after_silence(story: Story) -> Judgement | None:
    """The fault of what was said after an answer that did not come."""
    unclear = next((reply for reply in story.asked if reply.said is None), None)
    if unclear is not None:
        return failed(
            f"The query proves nothing ({unclear}). Answer what became of the order, or 404 with"
            ' {"status": "NOT_FOUND", "request_number": …}.'
        )
    # What was sent again may be there. Before that, nothing may appear that was said to be absent.
    before = [reply.said for reply in story.asked[: len(story.asked) - (len(story.sent) > 1)]]
    if "NOT_FOUND" in before and set(before) != {"NOT_FOUND"}:
        return failed(
            "You said NOT_FOUND of an order that you had. Store a number before you do anything"
            " else with its order."
        )
    if len(story.sent) > 1 and story.asked[-1].said == "NOT_FOUND":
        return failed("An order that was sent again is still NOT_FOUND.")
    return _one_end(story)


def judge_unknown_number(reply: Reply) -> Judgement:
    """Case 8: a query for a number that was never sent."""
    if reply.said == "NOT_FOUND":
        return passed("An unknown number is NOT_FOUND, by its name.")
    if reply.said is not None:
        return failed(f"A number that was never sent is said to be {reply.said}.")
    return failed(
        f"The answer proves nothing ({reply}). Answer 404 with"
        ' {"status": "NOT_FOUND", "request_number": …} and the number that was asked for.'
    )


def judge_out_of_stock(refused: Story, other: Story) -> Judgement:
    """Case 9: FAILED with a reason, and the next order is delivered."""
    verdict, sentence = judge_refused(refused, "out-of-stock")
    if verdict is not Verdict.PASS:
        return verdict, sentence
    if "SUCCESS" not in other.ends:
        return failed("After an order that was out of stock, the next one was not delivered.")
    return passed("Refused with a reason, and the next order was delivered.")


def judge_sent_again(story: Story, refusals: int) -> Judgement:
    """Case 10: a callback that we answer by an error is sent again, as it was."""
    if story.sent[0].said == "SUCCESS" and not story.callbacks:
        return _steered("ok-async", "delivered at once, so there is no callback")
    came = len(story.callbacks)
    if came <= refusals:
        return failed(
            f"The callback came {came} times, and was not sent again until we took it. Send it"
            " until you get a 200."
        )
    if len({_content(each.document) for each in story.callbacks}) > 1:
        return failed("A callback that was sent again said something else. Send the same content.")
    return passed("The callback was sent until it was taken.")


def _content(document: object) -> str:
    return repr(sorted(document.items())) if isinstance(document, dict) else repr(document)


def judge_duplicate(story: Story) -> Judgement:
    """Case 11: the answer to a callback is lost. It comes again, and `changed: false` ends it."""
    verdict, sentence = judge_sent_again(story, 1)
    if verdict is not Verdict.PASS:
        return verdict, sentence
    taken = [each for each in story.callbacks if each.answered == OK_CODE]
    if len(taken) > 1:
        return failed(
            "A callback that was answered by 200 came again. `changed: false` is as good as true."
        )
    return passed("The callback came again, and no more after it was taken.")


def judge_foreign(tried: Sequence[tuple[str, Reply, Story]]) -> Judgement:
    """Case 12: each of what was `tried` is refused, and its order was not delivered."""
    for what, reply, story in tried:
        if reply.status is None or reply.status >= SERVER_ERROR_CODE:
            return failed(f"{what} got no proper answer ({reply}). Refuse it by 401.")
        if not reply.is_refused:
            return failed(
                f"{what} was taken ({reply}). Check webhook-signature over the exact bytes, and"
                " that webhook-timestamp is within five minutes."
            )
        if story.ends or {"PROCESSING", PARTIAL} & set(story.said):
            return failed(f"{what} was refused, and its order is there all the same.")
    return passed("Nothing was taken that was not signed by the secret, just now.")


def judge_unusual(tried: Sequence[tuple[str, Reply, bool]]) -> Judgement:
    """Case 13: each order is answered. One that may be too large may be refused by a 4xx."""
    for what, reply, may_refuse in tried:
        if reply.status is None or reply.status >= SERVER_ERROR_CODE:
            return failed(f"{what} broke the server ({reply}). Serve it, or answer FAILED.")
        if reply.said is None and not (may_refuse and reply.is_refused):
            return failed(f"{what} got an answer that proves nothing ({reply}). Answer FAILED.")
    return passed("All were served or refused.")


def judge_late(story: Story) -> Judgement:
    """Case 14: an order that has failed does not succeed later."""
    if story.ends == {"SUCCESS"}:
        return _steered("late", "delivered")
    if len(story.ends) > 1:
        return failed(
            "SUCCESS came after FAILED, which is forbidden: the points are back by then, and the"
            " member has the right as well. Say FAILED only when you can never deliver any more."
        )
    if not story.ends:
        return failed("The order had no end. Say FAILED, and why.")
    return passed("What failed has stayed so.")


def judge_many(stories: Sequence[Story], p95_seconds: float) -> Judgement:
    """Case 15: none of many orders is lost."""
    lost = [story for story in stories if "SUCCESS" not in story.ends]
    words = f"95 of 100 orders were answered within {round(p95_seconds * 1000)} ms."
    if lost:
        return failed(
            f"{len(lost)} of {len(stories)} orders were not delivered in a minute. Declare fewer"
            f" at once, or queue them and answer 202. {words}"
        )
    return passed(f"All {len(stories)} orders were delivered. {words}")


def judge_secrets(several: Reply, second: Reply | None) -> Judgement:
    """Case 16: a request with several signatures, and one signed by the second secret."""
    if several.said is None:
        return failed(
            f"A request with two signatures, of which one is good, was not taken ({several})."
            " Split webhook-signature at the spaces and try each."
        )
    if second is None:
        return unshown(
            "Two signatures in one request are understood. Name a second secret that you take"
            " (--second-secret) to show that both hold while a secret is changed."
        )
    if second.said is None:
        return failed(
            f"A request signed by the second secret was not taken ({second}). While a secret is"
            " changed, both must hold."
        )
    return passed("Both secrets hold.")
