"""Requests read and answers written in AWS's own protocols, by botocore's models and moto's parsers."""

import io
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any
from urllib.parse import unquote, urlencode
from xml.sax.saxutils import escape

from botocore.awsrequest import HeadersDict
from botocore.exceptions import UnknownServiceError
from botocore.parsers import create_parser
from botocore.serialize import create_serializer
from moto.core.parse import PROTOCOL_PARSERS
from moto.core.request import Request, determine_request_protocol
from moto.core.routing import get_service_router
from moto.core.serialize import get_serializer_class
from moto.core.utils import get_service_model
from werkzeug.exceptions import NotFound
from werkzeug.test import run_wsgi_app

from ishigaki.demo.emulator.state import Answer, Params, Refused

Environ = dict[str, Any]
Application = Callable[..., Iterable[bytes]]

# Signing names that are not the botocore service name; where several services share one, the first whose
# model knows the request answers (docdb and neptune are the RDS API with fewer operations).
SIGNED_AS: Mapping[str, tuple[str, ...]] = {
    "access-analyzer": ("accessanalyzer",),
    "apigateway": ("apigatewayv2", "apigateway"),
    "bedrock": ("bedrock", "bedrock-agent"),
    "bedrock-agentcore": ("bedrock-agentcore-control",),
    "cassandra": ("keyspaces",),
    "codeguru-profiler": ("codeguruprofiler",),
    "elasticfilesystem": ("efs",),
    "elasticloadbalancing": ("elb", "elbv2"),
    "elasticmapreduce": ("emr",),
    "es": ("opensearch", "es"),
    "monitoring": ("cloudwatch",),
    "profile": ("customer-profiles",),
    "rds": ("rds", "neptune", "docdb"),
    "s3": ("s3control", "s3"),
    "s3express": ("s3",),
    "servicequotas": ("service-quotas",),
    "ses": ("ses", "sesv2"),
    "sso": ("sso-admin",),
    "states": ("stepfunctions",),
    "tagging": ("resourcegroupstaggingapi",),
}
# The same request is another operation where it is signed by another name.
SIGNED_APART: Mapping[tuple[str, str], str] = {("s3express", "ListBuckets"): "ListDirectoryBuckets"}
CREDENTIAL = re.compile(r"Credential=([^/,\s]+)/[^/]+/([^/]+)/([^/]+)/aws4_request")
ACTION = re.compile(rb"(?:^|&)Action=(\w+)")
VERSION = re.compile(rb"(?:^|&)Version=([\d-]+)")


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP answer."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


class Answered(Exception):
    """Moto answered with an error: it is passed on as it is."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.status)
        self.reply = reply


@dataclass(frozen=True)
class Asked:
    """A request that is understood: who asks which operation of which service, where."""

    environ: Environ
    body: bytes
    access_key: str
    region: str
    service: str
    operation: str
    uri: Mapping[str, Any]

    @cached_property
    def model(self) -> Any:
        """The operation's model, or None where botocore has none."""
        return operation_model(self.service, self.operation)

    @cached_property
    def protocol(self) -> str:
        """The protocol the request is written in."""
        return str(determine_request_protocol(self.model.service_model, self.environ.get("CONTENT_TYPE")))

    @property
    def xml(self) -> bool:
        """Whether the answer is XML (otherwise JSON)."""
        if self.model is None:
            return "json" not in self.environ.get("CONTENT_TYPE", "")
        return "json" not in self.protocol

    @cached_property
    def params(self) -> Params:
        """The parameters as botocore's caller wrote them."""
        request = Request(fresh(self.environ, self.body))
        parsed: Params = PROTOCOL_PARSERS[self.protocol](self.model).parse(
            {
                "method": request.method,
                "values": request.values,
                "headers": request.headers,
                "body": self.body,
                "url_path": request.path,
                "url_params": self.uri,
            }
        )
        return parsed


@cache
def operation_model(service: str, operation: str) -> Any:
    """The model of an operation, or None."""
    known = service_model(service)
    return known.operation_model(operation) if known and operation in known.operation_names else None


@cache
def service_model(service: str) -> Any:
    """The model of a service, or None where botocore has none of that name."""
    try:
        return get_service_model(service)
    except UnknownServiceError:
        return None


def fresh(environ: Environ, body: bytes) -> Environ:
    """A copy of the request whose body can be read again."""
    return {**environ, "wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body))}


def read(environ: Environ) -> Asked | None:
    """The request understood, or None where it is not signed (moto's own API, anonymous calls)."""
    scope = CREDENTIAL.search(environ.get("HTTP_AUTHORIZATION", ""))
    if not scope:
        return None
    access_key, region, signed = scope.groups()
    body = _body(environ)
    candidates = SIGNED_AS.get(signed, (signed,))
    service, operation, uri = _operation(environ, body, candidates)
    operation = SIGNED_APART.get((signed, operation), operation)
    return Asked(environ, body, access_key, region, service, operation, uri)


def _body(environ: Environ) -> bytes:
    stream = environ["wsgi.input"]
    if environ.get("HTTP_TRANSFER_ENCODING", "").lower() == "chunked":
        environ.pop("HTTP_TRANSFER_ENCODING")
        return bytes(stream.read())
    return bytes(stream.read(int(environ.get("CONTENT_LENGTH") or 0)))


def _operation(
    environ: Environ, body: bytes, candidates: tuple[str, ...]
) -> tuple[str, str, Mapping[str, Any]]:
    target = environ.get("HTTP_X_AMZ_TARGET")
    if target:
        return candidates[0], target.rpartition(".")[2], {}
    action = ACTION.search(body) if environ.get("CONTENT_TYPE", "").startswith("application/x-www") else None
    if action:
        return _by_action(action.group(1).decode(), body, candidates), action.group(1).decode(), {}
    for service in candidates:
        if service_model(service) is None:
            continue
        try:
            found, uri = get_service_router(service).match(Request(fresh(environ, body)))
        except (NotFound, NotImplementedError):
            continue
        return service, str(found.name), uri
    return candidates[-1], "Unknown", {}


def _by_action(action: str, body: bytes, candidates: tuple[str, ...]) -> str:
    version = VERSION.search(body)
    asked = version.group(1).decode() if version else ""
    known = [c for c in candidates if operation_model(c, action) is not None]
    same = [c for c in known if service_model(c).api_version == asked]
    return (same or known or list(candidates))[0]


def run(app: Application, environ: Environ) -> Reply:
    """The WSGI application's answer."""
    parts, status, headers = run_wsgi_app(app, environ, buffered=True)
    return Reply(int(status.split(" ", 1)[0]), tuple(headers.items()), b"".join(parts))


def ask(
    app: Application, asked: Asked, params: Params | None = None, *, account: str | None = None
) -> Answer:
    """What moto answers: to the request itself, to other parameters of the operation, to another account."""
    environ = fresh(asked.environ, asked.body) if params is None else rewritten(asked, params)
    if account:
        environ["HTTP_X_MOTO_ACCOUNT_ID"] = account
    reply = run(app, environ)
    if reply.status >= 300:
        raise Answered(reply)
    parsed: Answer = create_parser(asked.protocol).parse(
        {"status_code": reply.status, "headers": HeadersDict(dict(reply.headers)), "body": reply.body},
        asked.model.output_shape,
    )
    parsed.pop("ResponseMetadata", None)
    return parsed


def rewritten(asked: Asked, params: Params) -> Environ:
    """The same request with other parameters."""
    made = create_serializer(asked.protocol, False).serialize_to_request(dict(params), asked.model)
    body = made["body"]
    content = urlencode(body).encode() if isinstance(body, dict) else body
    content = content.encode() if isinstance(content, str) else content or b""
    query = made["query_string"]
    query = urlencode(query, doseq=True) if isinstance(query, Mapping) else query or ""
    environ = fresh(asked.environ, content)
    environ["REQUEST_METHOD"] = made["method"]
    path, _, fixed = made["url_path"].partition("?")
    environ["QUERY_STRING"] = "&".join(part for part in (fixed, query) if part)
    environ["PATH_INFO"] = unquote(path)
    environ["RAW_URI"] = environ["REQUEST_URI"] = path + (
        "?" + environ["QUERY_STRING"] if query or fixed else ""
    )
    for name, value in made["headers"].items():
        key = name.upper().replace("-", "_")
        environ[key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"] = str(value)
    return environ


def written(asked: Asked, answer: Answer) -> Reply:
    """An answer in the request's protocol."""
    return _reply(_serializer(asked).serialize(answer))


def refused(asked: Asked, error: Refused) -> Reply:
    """An error in the request's protocol."""
    if asked.model is None:
        return _bare(error, xml=asked.xml)
    made = _serializer(asked).serialize(error)
    reply = _reply(made)
    return Reply(error.status or reply.status, reply.headers, reply.body)


def _serializer(asked: Asked) -> Any:
    return get_serializer_class(asked.service, asked.protocol)(operation_model=asked.model)


def _reply(made: Mapping[str, Any]) -> Reply:
    body = made["body"]
    content = body.encode() if isinstance(body, str) else bytes(body or b"")
    return Reply(int(made["status_code"]), tuple((k, str(v)) for k, v in made["headers"].items()), content)


def _bare(error: Refused, *, xml: bool) -> Reply:
    """An error of an operation that botocore does not know."""
    status = error.status or 400
    if xml:
        text = f"<ErrorResponse><Error><Code>{escape(error.code)}</Code><Message>{escape(error.message)}"
        return Reply(
            status, (("Content-Type", "text/xml"),), f"{text}</Message></Error></ErrorResponse>".encode()
        )
    content = json.dumps({"__type": error.code, "message": error.message}).encode()
    return Reply(status, (("Content-Type", "application/x-amz-json-1.1"),), content)
