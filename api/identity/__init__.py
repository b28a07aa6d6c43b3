"""Users: who they are, what they may do for which party, and their sessions.

Promises:

- Only the hash of a password, of a session's token and of an invitation's token is stored.
- What a role may is written in one table, from which guards, docs and tests are made.

Never:

- A session never opens an address of the interface from outside, and an API key never a page.

Start here:

- `roles`: what each role may.
- `users`: users, invitations, and for which parties they act.
- `staff`: the users of a party: invited, given roles, taken out, disabled.
- `sessions`: who is signed in, and what that user may now.
- `second_factor`: codes by time, and recovery codes.
- `half_way`: who has given the password and not yet the code.
- `passwords`: how strong they must be, and their hashes.
- `identity_tables`: the tables of users, memberships, invitations and sessions.
"""
