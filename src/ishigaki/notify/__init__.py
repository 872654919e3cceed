"""Channels: a message takes the form of a service and is sent there.

How a channel is added, Chatwork or LINE WORKS for example: a `Destination` with its own keys in `core/destination.py`
(a tag, which keys are secret, which tell two places apart); one module here with two functions; its line in
`send.ADAPTERS`. The functions are

- `render(message, destination)`: the payload. Pure, so that it can be looked at without a network. The message is
  already clean (`plain.cleaned`); what the service would read as markup is escaped here or put where nothing is
  markup; `trim.trimmed` makes it fit the service's limits.
- `deliver(payload, destination, *, message, previous, secret)`: sends it and returns what the service calls it. `previous`
  is what was sent in the same thread before; `secret` resolves `env:` and `file:`. Whatever goes wrong is an
  `Undelivered`; `wire.request` raises it for HTTP.
"""
