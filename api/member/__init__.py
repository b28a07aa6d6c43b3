"""Pages for members, in a browser or inside a brand's app.

Promises:

- A brand's server lets a member in, by a link that works once and for a minute.
- A member sees and does what is that member's own, in one programme.
- Everything works without a script. With one, a receipt moves by itself.

Never:

- A page never knows more of a member than the brand says: its own reference, and perhaps the
  account for recharges.
- No page stands in a frame of somebody else's, unless the brand has named the origin.
- A step is never shown as it is stored: each has a sentence.

Start here:

- `visit`: what every page has: the member, the programme, the frame.
- `frame`: whether a page may stand in a frame, and its cookie.
- `home`: the start, the points of a member, and the history.
- `market`: what the member can have, and redeeming it.
- `coupons`: the wallet, receipts, QR codes and gifts.
- `words`: states and steps as sentences.
- `pages`: all of these as one list.
"""
