"""The name under which programs find the client.

Promises:

- `from comity.client import Comity` works from a wheel and from a checkout.

Never:

- Nothing but the client has a name here, and no code stands here.

Start here:

- `client`: another name of `api.client`.
"""
