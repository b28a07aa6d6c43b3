"""Who comes to the pages: users with their roles and sessions, and members who are let in.

Promises:

- Only the hash of a password, of a session's token and of an invitation's token is stored.
- What a role may is written in one table, from which guards, docs and tests are made.

Never:

- A session never opens an address of the interface from outside, and an API key never a page.

Start here:

- `roles`: what each role may.
- `users`: users, invitations, and for which parties they act.
- `sessions`: who is signed in, and what that user may now.
- `passwords`: how strong they must be, and their hashes.
- `launches`: how a brand lets a member in to the member pages.
- `member_tables`: the tables of launches and visits.
- `identity_tables`: the tables of users, memberships, invitations and sessions.
"""
