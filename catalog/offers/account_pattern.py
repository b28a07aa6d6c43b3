r"""The pattern that the account of a direct recharge must have, such as `1[3-9]\d{9}` for a phone.

It is a small part of what regular expressions can say: characters, `.`, `\d`, `\w`, sets in
brackets, and after each of them `?`, `*`, `+` or `{m,n}`. There are no groups and no choices. The
whole account must fit. It is compared in steps that grow with the account times the pattern, so no
pattern of a supplier's can keep a process busy (pure).
"""

import re
from collections.abc import Callable

PATTERN_LENGTH_MAX = 100
REPEATS_MAX = 100

Part = tuple[Callable[[str], bool], int, int | None]

_PART = re.compile(
    r"(?P<atom>\\[dw.^$*+?{}\[\]()|\\/-]|\[\^?(?:[^\[\]\\^]|\\.)+\]|[^\\\[\](){}*+?|^$])"
    r"(?P<repeat>[?*+]|\{(?P<least>\d{1,3})(?P<comma>,)?(?P<most>\d{1,3})?\})?"
)


def pattern_fault(pattern: str) -> str | None:
    """Why it is no pattern, as the end of a sentence. None: it is one."""
    try:
        parts(pattern)
    except ValueError as error:
        return str(error)
    return None


def parts(pattern: str) -> list[Part]:
    """What the pattern is made of, in order.

    Raises:
        ValueError: it is none.
    """
    found: list[Part] = []
    place = 0
    while place < len(pattern):
        part = _PART.match(pattern, place)
        if part is None:
            raise ValueError(f"is no pattern at its character {place + 1}")
        found.append((_test_of(part["atom"]), *_repeats(part)))
        place = part.end()
    if not found:
        raise ValueError("is empty")
    return found


def _repeats(part: re.Match[str]) -> tuple[int, int | None]:
    simple: dict[str | None, tuple[int, int | None]] = {
        None: (1, 1),
        "?": (0, 1),
        "*": (0, None),
        "+": (1, None),
    }
    if part["repeat"] in simple:
        return simple[part["repeat"]]
    least = int(part["least"])
    most = int(part["most"]) if part["most"] else (None if part["comma"] else least)
    if least > REPEATS_MAX or (most is not None and not least <= most <= REPEATS_MAX):
        raise ValueError(f"repeats up to {REPEATS_MAX} times, and not backwards")
    return least, most


def _test_of(atom: str) -> Callable[[str], bool]:
    """What one character must be. One atom against one character has nothing to go back over."""
    try:
        one = re.compile(atom, re.ASCII)
    except re.error as error:
        raise ValueError("has a set that is none") from error
    return lambda sign: one.fullmatch(sign) is not None


def fits_account(pattern: str, account: str) -> bool:
    """Whether the whole account fits the pattern."""
    # The lengths of the beginnings of the account that fit the parts so far.
    reached = {0}
    for test, least, most in parts(pattern):
        following: set[int] = set()
        run = 0
        for end in range(len(account) + 1):
            if end:
                run = run + 1 if test(account[end - 1]) else 0
            furthest = run if most is None else min(run, most)
            if any(end - count in reached for count in range(least, furthest + 1)):
                following.add(end)
        reached = following
    return len(account) in reached
