"""A coupon from its code to its end, and the receipt that tells of it.

Promises:

- A code cannot be guessed, and nearly every slip in typing one is noticed.
- A coupon and an order move only along the moves that `lifecycle` lists.
- A receipt only grows, and it tells only what was committed.
- A member's account is stored encrypted, shown masked, and wiped when nobody needs it any more.
- A coupon is usable from its first day to its last, both included, in the programme's time zone.
  Before and after it is not, swept or not.

Never:

- It never shows a code before the right is delivered, or after the points went back.
- It never redeems, delivers or uses a coupon: the wings beside it do.

Start here:

- `codes`: how a code and a request number are made and read.
- `lifecycle`: the states of coupons and orders, their moves, and how a use is judged.
- `lapse`: gifts that nobody took lapse at their time.
- `receipt`: the steps of a receipt.
- `told`: what brands are told of their coupons.
- `read`: coupons, by id or by member.
- `lists`: coupons of a programme or of a supplier, the newest first.
- `ends`: what became of the coupons of a month.
- `expire`: the sweep that marks coupons past their last day.
- `accounts`: members' accounts at suppliers, encrypted and as people may see them.
- `wipe`: when such an account goes.
- `signatures`: texts that the exchange signs, for readers without a line to it.
- `tokens`: what a member shows at a till instead of the code, for two minutes.
"""

from exchange.coupons.accounts import masked
from exchange.coupons.codes import (
    ALPHABET,
    CODE_LENGTH_MAX,
    CouponNotFound,
    code_tail,
)
from exchange.coupons.ends import CouponEnds, count_ends
from exchange.coupons.expire import (
    expire_coupons,
)
from exchange.coupons.lifecycle import (
    CouponState,
    OrderState,
)
from exchange.coupons.lists import (
    TAIL_LENGTH_MAX,
    TAIL_LENGTH_MIN,
    Place,
    SupplierCoupon,
    WantedCoupons,
    count_states,
    find_coupons,
    find_supplier_coupons,
)
from exchange.coupons.read import (
    Coupon,
    CouponPhase,
    find_coupon,
    list_coupons,
    load_coupons,
)
from exchange.coupons.receipt import (
    ReceiptStep,
    Step,
    load_receipt,
)
from exchange.coupons.signatures import (
    PublicKey,
)
from exchange.coupons.tokens import (
    TOKEN_LENGTH_MAX,
    show_token,
)
from exchange.coupons.wipe import (
    encrypt_accounts,
    forget_accounts,
    wipe_accounts,
)

__all__ = [
    "ALPHABET",
    "CODE_LENGTH_MAX",
    "TAIL_LENGTH_MAX",
    "TAIL_LENGTH_MIN",
    "TOKEN_LENGTH_MAX",
    "Coupon",
    "CouponEnds",
    "CouponNotFound",
    "CouponPhase",
    "CouponState",
    "OrderState",
    "Place",
    "PublicKey",
    "ReceiptStep",
    "Step",
    "SupplierCoupon",
    "WantedCoupons",
    "code_tail",
    "count_ends",
    "count_states",
    "encrypt_accounts",
    "expire_coupons",
    "find_coupon",
    "find_coupons",
    "find_supplier_coupons",
    "forget_accounts",
    "list_coupons",
    "load_coupons",
    "load_receipt",
    "masked",
    "show_token",
    "wipe_accounts",
]
