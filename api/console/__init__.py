"""The console: pages for marketers, finance, suppliers, tills, operators and auditors.

Promises:

- Each page and each deed is made of calls of the interface, and shows them.
- A filter stands in the address, and a number leads to the list behind it.
- A form does its deed once, however often it is sent.

Never:

- Nobody sees a place that the role does not include.
- No page needs another site, and none needs a script for its main job.

Start here:

- `shell`: what every page has: the user, the frame, the filters, the calls.
- `navigation`: the places, and who sees which.
- `door`: signing in and out, for whom to act.
- `proof`: who is signed in shows to be that user.
- `oidc`: signing in by the service of the operator's organisation.
- `invited`: where the links of invitations lead.
- `troubles`: pages about what went wrong.
- `overview`: the first page.
- `live`: its counters of today, as they change.
- `account`, `second_factor`: a user's own pages.
- `brand`, `supply`, `money`, `run`: the pages of each kind of work.
- `pages`: all of these as one list, for the application.
"""
