"""Card codes are given out: from the pool into a book, to a coupon, and shown to its member.

Promises:

- A code is given to one coupon, and a coupon has one code, however many want it. A right is refused
  rather than sold without a code.
- The codes that die first are given out first, and none that dies in a few days.
- A code is shown only on request, and each time is in the audit log.
- A right that counts as used when it is delivered is used once: when its code is first shown, or
  when its last day is past.
- A withdrawn code is given to nobody who has it not by then.

Never:

- No code is in a log, an event, an export, a stored answer or an error. Only the answer to a
  request to reveal it holds it.
- A code that was shown never goes back to be given to somebody else.

Start here:

- `stock`: the codes that a book has, filled up from the pool and put back.
- `give`: a code for each new coupon, and back while nobody has seen it.
- `reveal`: the member is shown the code.
- `used`: a right that counts as used when it is delivered.
- `window`: rights whose last day passes and that nobody has looked at.
- `pools`: what became of an offer's codes in all books, and codes that are withdrawn.
- `low`: an offer's codes will not last a week.
- `work`: a round of the worker on all of this.
- `rotate`: all codes of a party are sealed with a new key.
"""

from exchange.codes.pools import settle_recalls, sum_up_codes
from exchange.codes.reveal import reveal_code, show_code
from exchange.codes.rotate import CodesRotation, rotate_codes
from exchange.codes.stock import first_last_day
from exchange.codes.window import end_reveal_windows
from exchange.codes.work import work_on_codes

__all__ = [
    "CodesRotation",
    "end_reveal_windows",
    "first_last_day",
    "reveal_code",
    "rotate_codes",
    "settle_recalls",
    "show_code",
    "sum_up_codes",
    "work_on_codes",
]
