"""Pages of brands: members, points, market, procurement, prices, coupons, swaps, figures.

Promises:

- These pages show what a brand does for its members.
- A page about a programme has it in its address, where the brand has several.

Never:

- They never decide what the interface decides.
- What is stored beside a step of a coupon is never shown as it is stored.

Start here:

- `choice`: which programme a page is about, and what its templates need.
- `tasks`: forms of one deed, in the drawer or on a page.
- `words`: what closed lists are called.
- `columns`: lists as CSV.
- `who`: conditions on members, as they are typed and told.
- `receipt`: the steps of a coupon as sentences.
- `overview`: the first page of a brand.
- `members`: members, and one member.
- `member_deeds`: what is done for one member.
- `points`: the points of a programme as a whole.
- `earning`: earning rules and product codes.
- `market`: the market, one offer, procuring it, and who may have it.
- `procurement`: stock, and what was asked of suppliers.
- `prices`: price rules, the rate, the simulator, what a member pays.
- `price_forms`: the form of a price rule.
- `coupons`: coupons, and one coupon.
- `coupon_deeds`: what is done with a coupon.
- `swaps`: swaps and placements.
- `impressions`, `told_hours`: what a host tells of a placement, looked at before it is recorded.
- `figures`: funnel, redemption rate and scorecard.
- `programme`: the settings of a programme.
- `rules`: the rules that change at once. `dated`: those that change from a day on.
- `consents`: which points of others are let in.
- `imports`: files, looked at before they are applied.
- `find`: anything, by what was typed.
- `pages`: all of them as one list.
"""
