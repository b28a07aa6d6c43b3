"""Who comes to the pages: users with their roles and sessions, and members who are let in.

Promises:

- Only the hash of a password, of a session's token and of an invitation's token is stored.
- What a role may is written in one table, from which guards, docs and tests are made.

Never:

- A session never opens an address of the interface from outside, and an API key never a page.

Start here:

- `roles`: what each role may.
- `role_limits`: what some roles may only in small.
- `users`: users, invitations, and for which parties they act.
- `links`: one-time links, to choose a password or to join a party.
- `staff`: the users of a party: invited, given roles, taken out, disabled.
- `sessions`: who is signed in, and what that user may now.
- `second_factor`: codes by time, and recovery codes.
- `half_way`: who has given the password and not yet the code.
- `oidc`: what is asked of the organisation's sign-in service, and what is believed of it.
- `issuer_line`: the calls to that service.
- `sign_in_settings`: what the operator sets for users and how they sign in.
- `passwords`: how strong they must be, and their hashes.
- `launches`: how a brand lets a member in to the member pages.
- `frames`: whose pages may have the member pages in a frame.
- `member_tables`: the tables of launches, visits and origins of frames.
- `identity_tables`: the tables of users, memberships, invitations and sessions.
"""
