"""What an offer costs a member, and whether the member may have it at all.

Promises:

- The price is a pure function of the rules, the offer, the batch, the rate, the member and the
  instant. The order of the rules never matters.
- A rule that is added never raises a price that another rule already set, with one exception: the
  first one to state the ordinary price, of which others are a percent.
- A price rule never changes: it is made, and may be ended. So the price of any past instant can be
  told.
- Days and hours are those of the programme's time zone.

Never:

- It never reads a clock. The caller gives the instant, except where a rule ends, which the
  database dates.
- It moves no points and takes no stock.

Start here:

- `price`: what an offer costs.
- `eligible`: for whom a price or an offer is.
- `schedule`: on which days and at which hours a rule applies.
- `words`: rules and prices in words.
"""
