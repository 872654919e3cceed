"""What keeps a message from its destination."""

from __future__ import annotations


class Undelivered(Exception):
    """A message was not delivered, or not to all. `code`: `refused`, `gone`, `limited`, `failing`, `timeout`,
    `unreachable`, `redirected`, `untrusted`, `in_the_clear`, `secret` or `extra`. `detail` is the service's own
    words without secrets. `retry_after` is in seconds, where the service says; `permanent`: the same would only fail
    again."""

    def __init__(
        self, code: str, detail: str = "", *, retry_after: float | None = None, permanent: bool = False
    ) -> None:
        super().__init__(f"{code}: {detail}")
        self.code, self.detail = code, detail
        self.retry_after, self.permanent = retry_after, permanent
