"""The layer: a WSGI application that answers what moto lacks and hands on the rest."""

import http.client
import socket
import sys
import time
import traceback
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from moto.iam.models import iam_backends
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.wrappers import Response

from ishigaki.demo.emulator import control, pages, shapes, wire
from ishigaki.demo.emulator.faults import Fault
from ishigaki.demo.emulator.handlers import GATES, HANDLERS
from ishigaki.demo.emulator.journal import Entry
from ishigaki.demo.emulator.nothing import nothing_made
from ishigaki.demo.emulator.regions import check_region, offered
from ishigaki.demo.emulator.state import MANAGEMENT, PARTITION, Answer, Context, Emulator, Params, Refused
from ishigaki.demo.emulator.wire import Answered, Asked, Reply

OUTCOME = "X-Ishigaki-Outcome"  # how moto's exceptions reach the layer: as a header on its answer
NOT_IMPLEMENTED, CRASHED = "not-implemented", "crashed"


def _moto_service(service: Any) -> Any:
    """One of moto's Flask applications, its exceptions turned into marked answers instead of HTML."""
    if service is None:
        return Response(status=501, headers={OUTCOME: NOT_IMPLEMENTED})  # a service moto does not have
    app = create_backend_app(service)

    def outcome(error: Exception) -> Any:
        if isinstance(error, NotFound | MethodNotAllowed | NotImplementedError):
            return Response(status=501, headers={OUTCOME: NOT_IMPLEMENTED})
        if isinstance(error, HTTPException):
            return error
        traceback.print_exception(error, file=sys.stderr)
        return Response(repr(error), status=500, headers={OUTCOME: CRASHED})

    for kind in (NotFound, MethodNotAllowed, Exception):
        app.register_error_handler(kind, outcome)
    return app


def moto_server() -> wire.Application:
    """Moto's own dispatcher over all its services."""
    return DomainDispatcherApplication(_moto_service)  # type: ignore[no-any-return]


@dataclass(frozen=True)
class Layer:
    """The WSGI callable; all it knows lies in `emulator`."""

    emulator: Emulator
    moto: wire.Application

    def __call__(self, environ: wire.Environ, start_response: Any) -> Iterable[bytes]:
        reply = self._reply(environ)
        phrase = http.client.responses.get(reply.status, "Unknown")
        start_response(f"{reply.status} {phrase}", list(reply.headers))
        return [reply.body]

    def _reply(self, environ: wire.Environ) -> Reply:
        if environ["PATH_INFO"].startswith(control.PREFIX):
            return control.reply(self.emulator, environ)
        asked = wire.read(environ)
        if asked is None:
            return wire.run(self.moto, environ)
        account = environ.get("HTTP_X_MOTO_ACCOUNT_ID") or self._account(asked.access_key)
        asked.environ["HTTP_X_MOTO_ACCOUNT_ID"] = account
        self.emulator.account(account)
        error = None
        try:
            self._strike(asked, account)
            reply = self._answer(asked, account)
        except Refused as refusal:
            error, reply = refusal.code, wire.refused(asked, refusal)
        except ConnectionResetError:
            self._note(asked, account, status=0, error="dropped")
            raise
        self._note(asked, account, status=reply.status, error=error)
        return reply

    def _note(self, asked: Asked, account: str, *, status: int, error: str | None) -> None:
        entry = Entry(account, asked.region, asked.service, asked.operation, status, error)
        self.emulator.journal.add(entry)

    def _account(self, access_key: str) -> str:
        """The account of an access key: a 12-digit key is its account's administrator."""
        if access_key.isdigit() and len(access_key) == len(MANAGEMENT):
            return access_key
        for account in list(self.emulator.accounts):
            if access_key in iam_backends[account][PARTITION].access_keys:
                return account
        return MANAGEMENT

    def _strike(self, asked: Asked, account: str) -> None:
        """The planned faults of this call."""
        struck = self.emulator.faults.strike(
            account=account, region=asked.region, service=asked.service, operation=asked.operation
        )
        for fault in struck:
            _suffer(fault, asked)

    def _answer(self, asked: Asked, account: str) -> Reply:
        known = self.emulator.account(account)
        if known.suspended:
            raise Refused(
                "AccessDenied" if asked.xml else "AccessDeniedException", "The account is suspended."
            )
        if not offered(asked.service, asked.region):
            _hang_up(asked)  # on AWS the host has no name there
        check_region(known, asked)
        context = Context(
            emulator=self.emulator,
            service=asked.service,
            operation=asked.operation,
            account=account,
            region=asked.region,
            access_key=asked.access_key,
            moto=lambda params=None, *, account=None: wire.ask(self.moto, asked, params, account=account),
        )
        try:
            return self._handled(asked, context)
        except Answered as moto:
            return _mended(asked, moto.reply)

    def _handled(self, asked: Asked, context: Context) -> Reply:
        if gate := GATES.get(asked.service):
            asked.environ["HTTP_X_MOTO_ACCOUNT_ID"] = gate(context)
        handler = HANDLERS.get((asked.service, asked.operation))
        empty = (asked.service, asked.operation) in nothing_made()
        size = self.emulator.page_size
        paged = pages.paginator(asked.service, asked.operation) if size and asked.model else None

        def answer(params: Params) -> Answer:
            if handler:
                return _valid(asked, handler(context, _complete(asked, params)))
            return shapes.empty(asked.model.output_shape) if empty else context.moto(params)

        if size and paged:
            return wire.written(asked, pages.cut(ask=answer, params=asked.params, paged=paged, size=size))
        if handler or empty:
            return wire.written(asked, answer(asked.params))
        environ = wire.fresh(asked.environ, asked.body)
        reply = wire.run(self.moto, environ)
        if _has_no_region(asked, reply):
            return wire.written(asked, shapes.empty(asked.model.output_shape))
        return _mended(asked, reply)


def _suffer(fault: Fault, asked: Asked) -> None:
    if fault.milliseconds:
        time.sleep(fault.milliseconds / 1000)
    if fault.kind == "drop":
        _hang_up(asked)
    if fault.kind != "latency":
        code, status = fault.error(service=asked.service, xml=asked.xml)
        raise Refused(code, fault.message, status=status)


def _has_no_region(asked: Asked, reply: Reply) -> bool:
    """Whether moto lacks the service in this Region: nothing can have been made there, so a listing is empty."""
    missing = repr(KeyError(asked.region)).encode()
    return asked.operation.startswith("List") and bool(asked.model) and reply.body == missing


def _hang_up(asked: Asked) -> None:
    asked.environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
    raise ConnectionResetError("no answer")


def _complete(asked: Asked, params: Params) -> Params:
    """The parameters, unless one that AWS requires is missing."""
    shape = asked.model.input_shape
    if missing := [name for name in (shape.required_members if shape else ()) if name not in params]:
        raise Refused("ValidationException", f"missing: {', '.join(missing)}", status=400)
    return params


def _valid(asked: Asked, answer: Answer) -> Answer:
    """The handler's answer, unless it is not what botocore's model allows."""
    shape = asked.model.output_shape
    wrong = list(shapes.mismatches(answer, shape)) if shape else [f"{key}: unknown" for key in answer]
    if wrong:
        raise Refused("InternalFailure", f"not in the model's shape: {'; '.join(wrong)}", status=500)
    return answer


def _mended(asked: Asked, reply: Reply) -> Reply:
    """Moto's answer, its failures in AWS's form: what is not implemented is 501, a crash is 500."""
    outcome = dict(reply.headers).get(OUTCOME)
    unrouted = reply.status == 404 and not reply.body and asked.service not in ("s3", "s3control")
    if outcome == NOT_IMPLEMENTED or unrouted:
        name = f"{asked.service}:{asked.operation}"
        raise Refused("NotImplemented", f"The emulator does not implement {name}.", status=501)
    if outcome == CRASHED:
        raise Refused("InternalFailure", reply.body.decode(errors="replace"), status=500)
    return reply
