"""Services as local servers: they keep the published limits, answer with the documented errors, and fail on demand.

Each is a context manager with `url`, `received` (what came in) and `next(…)`, by which the next request is answered
otherwise: a status with headers, late, cut in the middle, or not at all.
"""

from __future__ import annotations

import hmac
import json
import re
import ssl
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.notify.local import Local, Unmoved

TOKEN = "xoxb-test-4242424242"
WEBHOOK_PATH = "/services/T00000000/B00000000/abcdefghijklmnop"
KEY = "backlog-key-0123456789"
SECRET = "signing-secret-0123456789"
MEMBERS = (7, 8)  # Backlog users of the project
Reply = tuple[int, str]


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def form(self) -> dict[str, str]:
        return {k: v[0] for k, v in parse_qs(self.body.decode(), keep_blank_values=True).items()}


@dataclass(frozen=True)
class Otherwise:
    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    delay: float = 0
    cut: bool = False
    drop: bool = False


class Service(Local):
    """An HTTP service; subclasses say how a request is answered."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.received: list[Request] = []
        self._otherwise: deque[Otherwise] = deque()
        service = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_any(self) -> None:
                service._handle(self)

            do_GET = do_POST = do_PATCH = do_PUT = handle_any

            def log_message(self, format: str, *args: Any) -> None:
                pass

        class Server(Unmoved, ThreadingHTTPServer):
            daemon_threads = True

        served = Server(("127.0.0.1", 0), Handler)
        if tls:
            served.socket = tls.wrap_socket(served.socket, server_side=True)
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{served.server_port}"
        self._serve(served)

    def next(self, status: int = 0, **otherwise: Any) -> None:
        self._otherwise.append(Otherwise(status, **otherwise))

    def _handle(self, handler: BaseHTTPRequestHandler) -> None:
        parts = urlsplit(handler.path)
        body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        headers = {k.lower(): v for k, v in handler.headers.items()}
        request = Request(handler.command, parts.path, parse_qs(parts.query), headers, body)
        self.received.append(request)
        how = self._otherwise.popleft() if self._otherwise else Otherwise()
        time.sleep(how.delay)
        handler.close_connection = True
        if how.drop:
            return
        status, text = (how.status, how.body) if how.status else self.answer(request)
        data = text.encode()
        try:
            handler.send_response(status)
            for name, value in how.headers.items():
                handler.send_header(name, value)
            handler.send_header("Content-Length", str(len(data) + (100 if how.cut else 0)))
            handler.send_header("Connection", "close")
            handler.end_headers()
            handler.wfile.write(data)
        except OSError:
            pass  # who asked has given up waiting

    def answer(self, request: Request) -> Reply:
        return 200, "ok"


def slack_error(payload: Mapping[str, Any]) -> str:
    """What Slack would say of a message: empty if it would take it."""
    blocks = payload.get("blocks") or []
    if not payload.get("text"):
        return "no_text"
    if len(payload["text"]) > 40_000:
        return "msg_too_long"
    if len(blocks) > 50 or any(not _slack_block(b) for b in blocks):
        return "invalid_blocks"
    return "msg_blocks_too_long" if len(json.dumps(blocks, ensure_ascii=False)) > 13_200 else ""


def _slack_block(block: Mapping[str, Any]) -> bool:
    match block.get("type"):
        case "header":
            return _slack_text(block["text"], 150) and block["text"]["type"] == "plain_text"
        case "section":
            return _slack_text(block["text"], 3000)
        case "context":
            return 0 < len(block["elements"]) <= 10 and all(_slack_text(e, 3000) for e in block["elements"])
        case "rich_text":
            return bool(block["elements"]) and all(_slack_rich(e) for e in block["elements"])
        case _:
            return False


def _slack_text(text: Mapping[str, Any], most: int) -> bool:
    return text["type"] in ("plain_text", "mrkdwn") and 0 < len(text["text"]) <= most


def _slack_rich(element: Mapping[str, Any]) -> bool:
    match element.get("type"):
        case "rich_text_section" | "rich_text_list":
            return bool(element["elements"]) and all(_slack_rich(e) for e in element["elements"])
        case "text":
            return len(element["text"]) > 0
        case "link":
            return bool(re.match(r"https?://", element["url"])) and len(element["url"]) <= 3000
        case _:
            return False


class SlackService(Service):
    """Incoming webhooks at `webhook`, the Web API at `api`. `messages` holds what stands in the channel, by its ts."""

    CHANNEL, NAME = "C0123456789", "security"

    def __init__(self) -> None:
        super().__init__()
        self.webhook, self.api = self.url + WEBHOOK_PATH, self.url + "/api"
        self.messages: dict[str, dict[str, Any]] = {}

    def answer(self, request: Request) -> Reply:
        if request.path.startswith("/services/"):
            return self._webhook(request)
        error = self._api_error(request)
        if error:
            return 200, json.dumps({"ok": False, "error": error})
        body, ts = request.json, f"1795000000.{len(self.messages):06}"
        if request.path == "/api/chat.update":
            ts = body["ts"]
            self.messages[ts] |= body | {"edited": True}
        else:
            self.messages[ts] = body
        return 200, json.dumps({"ok": True, "channel": self.CHANNEL, "ts": ts})

    def _webhook(self, request: Request) -> Reply:
        if request.path != WEBHOOK_PATH:
            return 404, "no_service"
        error = slack_error(request.json)
        if not error:
            self.messages[str(len(self.messages))] = request.json
        return (400, error) if error else (200, "ok")

    def _api_error(self, request: Request) -> str:
        body = request.json
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return "invalid_auth"
        if body.get("channel") not in (self.CHANNEL, self.NAME):
            return "channel_not_found"
        if body.get("thread_ts", next(iter(self.messages), None)) not in {*self.messages, None}:
            return "thread_not_found"
        if request.path == "/api/chat.update":
            if body["channel"] != self.CHANNEL:
                return "channel_not_found"
            if body.get("ts") not in self.messages:
                return "message_not_found"
        return slack_error(body)


def teams_error(body: bytes) -> Reply | None:
    """What a Workflows webhook would say of a card; None if it would take it."""
    if max(len(body), len(body.decode().encode("utf-16-le"))) > 28 * 1024:
        return 413, "RequestEntityTooLarge"
    message = json.loads(body)
    cards = [a["content"] for a in message["attachments"]]
    well = message["type"] == "message" and all(
        c["type"] == "AdaptiveCard" and c["version"] == "1.4" and c["body"] and len(c["actions"]) <= 6
        for c in cards
    )
    return None if well and all(_teams_element(e) for c in cards for e in c["body"]) else (400, "BadRequest")


def _teams_element(element: Mapping[str, Any]) -> bool:
    if element["type"] == "Container":
        return all(_teams_element(e) for e in element["items"])
    return element["type"] == "RichTextBlock" and all(
        e["type"] == "TextRun" and e["text"] for e in element["inlines"]
    )


class TeamsService(Service):
    """A webhook of Workflows at `webhook`."""

    def __init__(self) -> None:
        super().__init__()
        self.webhook = self.url + "/workflows/0123456789abcdef/triggers/manual?sig=teams-signature-0123456789"

    def answer(self, request: Request) -> Reply:
        if request.query.get("sig") != ["teams-signature-0123456789"]:
            return 401, json.dumps({"error": {"code": "DirectApiAuthorizationRequired"}})
        return teams_error(request.body) or (202, "")


def backlog_error(fields: Mapping[str, Any]) -> str:
    """What Backlog would say of an issue's fields or of a comment; empty if it would take them."""
    if "summary" in fields and not 1 <= len(fields["summary"]) <= 255:
        return "The Subject must be no shorter than 1 and no longer than 255."
    if len(fields.get("description", "")) > 100_000:
        return "The Description must be no longer than 100,000 characters."
    if any(len(fields.get(k, "")) > 50_000 for k in ("comment", "content")):
        return "The Comment must be no longer than 50,000 characters."
    if "dueDate" in fields and not re.fullmatch(r"\d{4}-\d\d-\d\d", fields["dueDate"]):
        return "The Due date is invalid."
    known = {"statusId": (1, 2, 3, 4), "priorityId": (2, 3, 4), "assigneeId": MEMBERS}
    wrong = [k for k, ids in known.items() if k in fields and int(fields[k]) not in ids]
    return f"{wrong[0]} is invalid." if wrong else ""


class BacklogService(Service):
    """A space with the project SEC. `issues` by key: their fields, status and comments."""

    def __init__(self) -> None:
        super().__init__()
        self.issues: dict[str, dict[str, Any]] = {}

    def answer(self, request: Request) -> Reply:
        if request.query.get("apiKey") != [KEY]:
            return 401, _backlog("Authentication failure.", 11)
        match request.method, request.path.removeprefix("/api/v2/").split("/"):
            case "GET", ["projects", "SEC"]:
                return 200, json.dumps({"id": 31, "projectKey": "SEC", "textFormattingRule": "markdown"})
            case "GET", ["projects", "SEC", "issueTypes"]:
                return 200, json.dumps([{"id": 41, "name": "タスク"}, {"id": 42, "name": "Security"}])
            case "POST", ["issues"]:
                return self._opened(request.form)
            case "PATCH", ["issues", key] if key in self.issues:
                return self._patched(self.issues[key], request.form)
            case "POST", ["issues", key, "comments"] if key in self.issues:
                return self._commented(self.issues[key], request.form)
        return 404, _backlog("No such resource.", 6)

    def _opened(self, fields: dict[str, str]) -> Reply:
        missing = {"projectId", "summary", "issueTypeId", "priorityId"} - fields.keys()
        error = f"{missing.pop()} is required." if missing else backlog_error(fields)
        if error or fields["projectId"] != "31" or fields["issueTypeId"] not in ("41", "42"):
            return 400, _backlog(error or "Invalid project or issue type.", 7)
        key = f"SEC-{len(self.issues) + 1}"
        self.issues[key] = {**fields, "statusId": "1", "comments": []}
        return 201, json.dumps({"id": 100 + len(self.issues), "issueKey": key})

    def _patched(self, issue: dict[str, Any], fields: dict[str, str]) -> Reply:
        same = fields.get("statusId") == issue["statusId"]
        error = "No change." if same else backlog_error(fields)
        if error:
            return 400, _backlog(error, 7)
        issue["comments"] += [fields["comment"]] if "comment" in fields else []
        issue |= {k: v for k, v in fields.items() if k != "comment"}
        return 200, json.dumps({"issueKey": "SEC"})

    def _commented(self, issue: dict[str, Any], fields: dict[str, str]) -> Reply:
        error = backlog_error(fields) if fields.get("content") else "No comment content."
        if error:
            return 400, _backlog(error, 7)
        issue["comments"].append(fields["content"])
        return 201, json.dumps({"id": 1})


def _backlog(message: str, code: int) -> str:
    return json.dumps({"errors": [{"message": message, "code": code, "moreInfo": ""}]})


class Receiver(Service):
    """A receiver of signed JSON that checks as the documentation says."""

    def answer(self, request: Request) -> Reply:
        found = re.fullmatch(r"t=(\d+),v1=([0-9a-f]{64})", request.headers.get("x-ishigaki-signature", ""))
        if not found or abs(time.time() - int(found[1])) > 300:
            return 401, "no signature"
        right = hmac.new(SECRET.encode(), found[1].encode() + b"." + request.body, sha256).hexdigest()
        return (204, "") if hmac.compare_digest(right, found[2]) else (401, "wrong signature")
