"""The control endpoint: faults, pages, ages, accounts, the journal, as JSON under /_ishigaki/."""

import json
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from moto.backends import get_backend
from moto.iam.models import AccessKeyLastUsed
from moto.moto_api._internal import mock_random
from moto.moto_api._internal.models import moto_api_backend

from ishigaki.demo.emulator.faults import fault_from
from ishigaki.demo.emulator.handlers.hub_findings import judge
from ishigaki.demo.emulator.handlers.identity_center import enable
from ishigaki.demo.emulator.handlers.organizations import show_state
from ishigaki.demo.emulator.state import PARTITION, Account, Emulator, RootUser, now
from ishigaki.demo.emulator.wire import Environ, Reply

PREFIX = "/_ishigaki/"
SEED = 20260101
Json = Any
Control = Callable[[Emulator, Mapping[str, Any]], Json]


def reply(emulator: Emulator, environ: Environ) -> Reply:
    """The answer to one control request; 400 with the reason where it is not understood."""
    method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"].removeprefix(PREFIX).strip("/")
    content = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    control = CONTROLS.get((method, path))
    if control is None:
        return _json({"error": f"no such control: {method} {path}"}, status=404)
    try:
        return _json(control(emulator, json.loads(content or b"{}")))
    except (KeyError, TypeError, ValueError) as error:
        return _json({"error": f"{type(error).__name__}: {error}"}, status=400)


def _json(body: Json, *, status: int = 200) -> Reply:
    return Reply(status, (("Content-Type", "application/json"),), json.dumps(body, default=str).encode())


def _health(_: Emulator, __: Mapping[str, Any]) -> Json:
    return {"pid": os.getpid()}


def reset(emulator: Emulator, _: Mapping[str, Any]) -> Json:
    """Everything as at the start, identifiers included."""
    moto_api_backend.reset()
    mock_random.seed(SEED)
    emulator.clear()
    return {}


def _counts(emulator: Emulator, _: Mapping[str, Any]) -> Json:
    return {"total": len(emulator.journal.entries), "counts": emulator.journal.counted()}


def _log(emulator: Emulator, _: Mapping[str, Any]) -> Json:
    return emulator.journal.listed()


def _forget(emulator: Emulator, _: Mapping[str, Any]) -> Json:
    emulator.journal.entries.clear()
    return {}


def _faults(emulator: Emulator, _: Mapping[str, Any]) -> Json:
    return [asdict(fault) for fault in emulator.faults.faults]


def _add_faults(emulator: Emulator, body: Any) -> Json:
    """One fault or a list of them; all are read before any is in force."""
    for fault in [fault_from(item) for item in (body if isinstance(body, list) else [body])]:
        emulator.faults.add(fault)
    return _faults(emulator, {})


def _clear_faults(emulator: Emulator, _: Mapping[str, Any]) -> Json:
    emulator.faults.clear()
    return {}


def _pages(emulator: Emulator, body: Mapping[str, Any]) -> Json:
    size = body["size"]
    if size is not None and (not isinstance(size, int) or size < 1):
        raise ValueError("size must be a positive number, or null for whole answers")
    emulator.page_size = size
    return {"size": size}


def _accounts(emulator: Emulator, _: Mapping[str, Any]) -> Json:
    return [_shown(account) for account in emulator.accounts.values()]


def _account(emulator: Emulator, body: Mapping[str, Any]) -> Json:
    """Make an account known, or change what it is: suspended, Regions, the root user's credentials."""
    if not re.fullmatch(r"\d{12}", body["id"]):
        raise ValueError("id must be an account id of 12 digits")
    account = emulator.account(body["id"])
    if "suspended" in body:
        account.suspended = bool(body["suspended"])
        show_state(account)
    account.regions.update(body.get("regions", {}))
    if "created" in body:
        account.created = _time(body["created"])
    if "root" in body:
        account.root = _root(account.root, body["root"])
    return _shown(account)


def _root(root: RootUser, body: Mapping[str, Any]) -> RootUser:
    given = {**asdict(root), **body}
    if given["mfa"] not in ("none", "virtual", "hardware"):
        raise ValueError("mfa must be none, virtual or hardware")
    for date in ("password_last_used", "access_key_last_used"):
        given[date] = _time(given[date]) if isinstance(given[date], str) else given[date]
    return RootUser(**given)


def _shown(account: Account) -> Json:
    return {
        "id": account.id,
        "suspended": account.suspended,
        "created": account.created,
        "regions": account.regions,
        "root": asdict(account.root),
    }


def _ages(emulator: Emulator, body: Mapping[str, Any]) -> Json:
    """Dates in the past for users, access keys, roles and passwords, which no API can set."""
    account = emulator.account(body["account"]).id
    iam = get_backend("iam")[account][PARTITION]
    for name, dates in body.get("users", {}).items():
        _age_user(emulator, iam.users[name], dates)
    for key_id, dates in body.get("access_keys", {}).items():
        _age_key(iam.access_keys[key_id], dates)
    roles = {role.name: role for role in iam.roles.values()}
    for name, dates in body.get("roles", {}).items():
        role = roles[name]
        role.create_date = _time(dates["created"]) if "created" in dates else role.create_date
        role.last_used = _time(dates["last_used"]) if "last_used" in dates else role.last_used
    return {}


def _age_user(emulator: Emulator, user: Any, dates: Mapping[str, str]) -> None:
    if "created" in dates:
        user.create_date = _time(dates["created"])
    if "password_last_used" in dates:
        user.password_last_used = _time(dates["password_last_used"])
    if "password_last_changed" in dates:
        changes = emulator.settings["iam", user.account_id, PARTITION].setdefault("password_changes", {})
        changes[user.name] = _time(dates["password_last_changed"])


def _age_key(key: Any, dates: Mapping[str, str]) -> None:
    if "created" in dates:
        key.create_date = _time(dates["created"])
    if "last_used" in dates:
        service, region = dates.get("service", "s3"), dates.get("region", "us-east-1")
        key.last_used = AccessKeyLastUsed(_time(dates["last_used"]), service=service, region=region)


def _time(text: str) -> datetime:
    """A moment as moto keeps it: UTC without a zone."""
    moment = datetime.fromisoformat(text)
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


def _report(emulator: Emulator, body: Mapping[str, Any]) -> Json:
    """How long reports are kept; and one of an account as it never should be: another's, or half of it."""
    emulator.report_lifetime = int(body.get("lifetime_seconds", emulator.report_lifetime))
    if "account" in body:
        made = datetime.fromisoformat(body["made_at"]) if "made_at" in body else now()
        emulator.account(body["account"]).report = (made, body["content"])
    return {"lifetime_seconds": emulator.report_lifetime}


def _confirmed(_: Emulator, body: Mapping[str, Any]) -> Json:
    """Confirm subscriptions to a topic, as who is subscribed does by a link: one endpoint's, or all."""
    made = get_backend("sns")[body["account"]][body["region"]].subscriptions.values()
    wanted = [one for one in made if one.topic.arn == body["topic"]]
    for one in (one for one in wanted if body.get("endpoint") in (None, one.endpoint)):
        one.confirmed = True
    return [one.endpoint for one in wanted if one.confirmed]


def _instances(emulator: Emulator, body: Mapping[str, Any]) -> Json:
    """Register agents with Systems Manager: what an agent on an instance does, and nothing here runs one."""
    kept = emulator.settings["ssm", body["account"], body["region"]].setdefault("managed_instances", {})
    for instance in body["instances"]:
        agent = {"PingStatus": "Online", "PlatformType": "Linux", "ResourceType": "EC2Instance"}
        kept[instance["InstanceId"]] = {**agent, **instance}
    return list(kept)


def _analyzer_findings(emulator: Emulator, body: Mapping[str, Any]) -> Json:
    """What the analyzers of an account and Region have found, in place of AWS's analysis."""
    settings = emulator.settings["accessanalyzer", body["account"], body["region"]]
    settings["findings"] = [{"status": "ACTIVE", **finding} for finding in body["findings"]]
    return settings["findings"]


def _identity_center(emulator: Emulator, body: Mapping[str, Any]) -> Json:
    """Switch IAM Identity Center on, which only its console can."""
    made = enable(emulator, account=body["account"], region=body["region"])
    return {"InstanceArn": made.arn, "IdentityStoreId": made.store}


def _events(emulator: Emulator, body: Mapping[str, Any]) -> Json:
    """Put events into the history that CloudTrail looks things up in: nothing here records what is called."""
    kept = emulator.settings["cloudtrail", body["account"], body["region"]].setdefault("events", [])
    for event in body["events"]:
        kept.append({**event, "EventTime": _time(event["EventTime"]).replace(tzinfo=UTC)})
    return len(kept)


CONTROLS: Mapping[tuple[str, str], Control] = {
    ("GET", "health"): _health,
    ("POST", "reset"): reset,
    ("GET", "requests"): _counts,
    ("GET", "requests/log"): _log,
    ("DELETE", "requests"): _forget,
    ("GET", "faults"): _faults,
    ("POST", "faults"): _add_faults,
    ("DELETE", "faults"): _clear_faults,
    ("POST", "securityhub/findings"): judge,
    ("PUT", "pages"): _pages,
    ("GET", "accounts"): _accounts,
    ("PUT", "accounts"): _account,
    ("PUT", "ages"): _ages,
    ("PUT", "credential-report"): _report,
    ("PUT", "identity-center"): _identity_center,
    ("PUT", "events"): _events,
    ("PUT", "managed-instances"): _instances,
    ("PUT", "subscriptions"): _confirmed,
    ("PUT", "analyzer-findings"): _analyzer_findings,
}
