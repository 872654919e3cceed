"""A server on this machine, in a thread of its own while its context lasts."""

from __future__ import annotations

import socketserver
import threading
from typing import Self


class Unmoved:
    """A server that says nothing of a client that trusts no certificate and hangs up in the middle."""

    def handle_error(self, request: object, client_address: object) -> None:
        pass


class Local:
    """What is begun with `_serve`."""

    def _serve(self, server: socketserver.TCPServer) -> None:
        self._server = server
        self._thread = threading.Thread(
            target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        )

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
