"""The child's side: the layer on a loopback socket."""

import json
import logging
import os
import sys
import threading
import warnings

from moto.moto_server.werkzeug_app import MotoRequestHandler
from werkzeug.serving import make_server

from ishigaki.demo.emulator import control, corrections, defaults, left_out
from ishigaki.demo.emulator.app import Layer, moto_server
from ishigaki.demo.emulator.handlers import event_patterns
from ishigaki.demo.emulator.state import Emulator

HOST = "127.0.0.1"
# Headers and body leave in two writes; with Nagle's algorithm each answer on a kept connection waits 40 ms.
HANDLER = type("Handler", (MotoRequestHandler,), {"disable_nagle_algorithm": True})


def serve(port: int, *, with_parent: bool) -> None:
    """Answer requests until the process ends; says its address on stdout when it is ready."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    warnings.filterwarnings("ignore", module="moto")  # error codes that the models do not list
    corrections.install()
    defaults.install()
    left_out.install()
    event_patterns.install()
    emulator = Emulator()
    control.reset(emulator, {})
    server = make_server(HOST, port, Layer(emulator, moto_server()), threaded=True, request_handler=HANDLER)
    if with_parent:
        threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        print(json.dumps({"url": f"http://{HOST}:{server.port}", "pid": os.getpid()}), flush=True)
    except BrokenPipeError:
        os._exit(0)  # whoever started us has gone before we were ready
    server.serve_forever()


def _end_with_parent() -> None:
    """The parent holds the other end of stdin: it closes when the parent ends, even by SIGKILL."""
    while os.read(sys.stdin.fileno(), 1):
        pass
    os._exit(0)
