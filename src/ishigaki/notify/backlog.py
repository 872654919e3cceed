"""Backlog: a thread is an issue with assignee and due date, later messages are its comments, its end closes it."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any
from urllib.parse import urlencode

from ishigaki.core.destination import Backlog, Sent
from ishigaki.core.finding import Severity
from ishigaki.core.notice import Message
from ishigaki.notify.plain import Marks, clip, text_of
from ishigaki.notify.trim import trimmed
from ishigaki.notify.undelivered import Undelivered
from ishigaki.notify.wire import parsed, request

LONGEST_SUMMARY, LONGEST_COMMENT = 255, 50_000  # characters; a description may have twice as many
HIGH, NORMAL, LOW = 2, 3, 4
PRIORITY = {Severity.CRITICAL: HIGH, Severity.HIGH: HIGH, Severity.LOW: LOW}
OPEN, CLOSED = 1, 4  # states that every project has
STATUS = {"closed": CLOSED, "excepted": CLOSED, "relapsed": OPEN}
MARKUP = {  # with what only means something at the beginning of a line, so that names stay readable in mails
    "markdown": re.compile(
        r"[\\`*\[\]<>{}|~&]|(?<![0-9A-Za-z])_|_(?![0-9A-Za-z])|^[-+#=]|(?<=^\d)[.)]|(?<=^\d\d)[.)]"
    ),
    "backlog": re.compile(r"[\\\[\]{}%'&#|]|^[-+*>]"),
}
Call = Callable[[str, str, dict[str, Any]], Any]


def render(message: Message, destination: Backlog) -> dict[str, Any]:
    """What an issue says, as far as the message alone decides it; and the same as a comment."""
    fitting = trimmed(message, lambda m: len(_comment(m, destination)) <= LONGEST_COMMENT)
    people = {name.casefold(): user for name, user in destination.assignees.items()}
    assignee = people.get(message.assignee.casefold())
    issue = {
        "summary": clip(message.title, LONGEST_SUMMARY),
        "description": _text(fitting, destination),
        "priorityId": destination.priority or _priority(message),
    }
    issue |= {"dueDate": message.due.date().isoformat()} if message.due else {}
    issue |= {"assigneeId": assignee} if assignee else {}
    return {"issue": issue, "comment": _comment(fitting, destination)}


def _priority(message: Message) -> int:
    return HIGH if message.urgent else PRIORITY.get(message.severity or Severity.MEDIUM, NORMAL)


def _comment(message: Message, destination: Backlog) -> str:
    return f"{_marks(destination).escape(message.title)}\n\n{_text(message, destination)}".strip()


def _text(message: Message, destination: Backlog) -> str:
    text = text_of(message, _marks(destination))
    if destination.notation == "markdown":
        return re.sub(r"(?<=[^\n])\n(?=[^\n])", "  \n", text)  # where Markdown would make one line of two
    return text


def _marks(destination: Backlog) -> Marks:
    def escape(text: str) -> str:
        return MARKUP[destination.notation].sub(r"\\\g<0>", text)

    if destination.notation == "backlog":
        return Marks(
            escape=escape,
            heading=lambda text: f"''{escape(text)}''",
            link=lambda link: f"{escape(link.text)}: [[{link.url}]]",
        )
    return Marks(
        escape=escape,
        heading=lambda text: f"**{escape(text)}**",
        link=lambda link: f"[{escape(link.text)}](<{link.url}>)",
    )


def deliver(
    payload: dict[str, Any],
    destination: Backlog,
    *,
    message: Message,
    previous: Sent | None,
    secret: Callable[[str], str],
) -> Sent:
    """Go on with the issue of the thread; open one where there is none, or where somebody deleted it."""
    call = partial(_call, destination, secret)
    if previous and previous.root:
        try:
            _go_on(previous.root, payload, message, call)
        except Undelivered as wrong:
            if wrong.code != "gone":
                raise
        else:
            return Sent(root=previous.root, reference=previous.root)
    project = call("GET", f"projects/{destination.project}", {})
    fields = payload["issue"] | {"projectId": project["id"], "issueTypeId": _issue_type(destination, call)}
    issue = str(call("POST", "issues", fields)["issueKey"])
    if message.done:
        with suppress(Undelivered):  # it was told; sent again, there would be two
            call("PATCH", f"issues/{issue}", {"statusId": CLOSED})
    return Sent(root=issue, reference=issue)


def _go_on(issue: str, payload: dict[str, Any], message: Message, call: Call) -> None:
    status = CLOSED if message.done else STATUS.get(message.kind)
    told = {"notifiedUserId[]": payload["issue"]["assigneeId"]} if "assigneeId" in payload["issue"] else {}
    if status:
        fields = {"statusId": status, "comment": payload["comment"], **told}
        fields |= {"dueDate": payload["issue"]["dueDate"]} if "dueDate" in payload["issue"] else {}
        try:
            call("PATCH", f"issues/{issue}", fields)
        except Undelivered as wrong:
            if (
                wrong.code != "refused"
            ):  # somebody may have closed it already: then it is a comment like any other
                raise
        else:
            return
    call("POST", f"issues/{issue}/comments", {"content": payload["comment"], **told})


def _issue_type(destination: Backlog, call: Call) -> int:
    types = call("GET", f"projects/{destination.project}/issueTypes", {})
    wanted = [t for t in types if destination.issue_type in ("", t["name"])]
    if not wanted:
        raise Undelivered("refused", f"issue_type {destination.issue_type}", permanent=True)
    return int(wanted[0]["id"])


def _call(
    destination: Backlog, secret: Callable[[str], str], method: str, path: str, fields: dict[str, Any]
) -> Any:
    key = urlencode({"apiKey": secret(destination.key)})
    url = f"{destination.url.rstrip('/')}/api/v2/{path}?{key}"
    if method == "GET":
        return parsed(request(method, url))
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    return parsed(request(method, url, body=urlencode(fields).encode(), headers=form))
