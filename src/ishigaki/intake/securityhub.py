"""Security Hub's findings as ours: the older format (ASFF), consolidated or not, and the new Security Hub's (OCSF).

What cannot be taken is set aside with its reason, and what is not of a control is told apart: nothing is dropped
without being counted, and nothing raises.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Annotated, Any

import msgspec

from ishigaki.core.answer import GLOBAL
from ishigaki.core.catalogue import plain
from ishigaki.core.estate import AccountId
from ishigaki.core.evaluate import ACCOUNT
from ishigaki.core.finding import EMPTY, Finding, Reason, Status
from ishigaki.core.resource import Resource
from ishigaki.core.witness import ARCHIVED, Mark, Told, collapsed
from ishigaki.intake.members import when
from ishigaki.services import controls, resource_types
from ishigaki.standards import catalogue
from ishigaki.standards.asff_types import asff_name

SCHEMA, OCSF = "2018-10-08", "1."
HUB, OURS = "aws/securityhub", "ishigaki/"
ELSEWHERE = ("aws/guardduty", "aws/access-analyzer")  # what the intake of events takes
OUT_OF_SCOPE = ("aws/inspector",)  # vulnerabilities of operating systems and above
SAYS_SO = "SECURITY_HUB"  # that it is Security Hub's verdict, where it gives no reason
PRODUCT = re.compile(r":product(v2)?/(?P<name>.*)", re.DOTALL)  # `v2` in the new Security Hub's
COMPLIANCE_FINDING = 2003
COMPLIANCE: Mapping[int, Status] = {1: Status.PASSED, 2: Status.WARNING, 3: Status.FAILED}
WORKFLOW: Mapping[int, str] = {1: "NEW", 2: "NOTIFIED", 3: "SUPPRESSED", 4: "RESOLVED"}
OVER = 5  # the status of an archived finding in OCSF
# The reason codes of the user guide; `report/words.toml` says them.
KNOWN = frozenset(
    (
        "CONFIG_RECORDER_DISABLED", "CONFIG_RECORDER_CUSTOM_ROLE", "CONFIG_RECORDER_MISSING_REQUIRED_RESOURCE_TYPES",
        "CLOUDTRAIL_MULTI_REGION_NOT_PRESENT", "CLOUDTRAIL_METRIC_FILTERS_NOT_PRESENT",
        "CLOUDTRAIL_METRIC_FILTER_NOT_VALID", "CLOUDWATCH_ALARMS_NOT_PRESENT", "CLOUDWATCH_ALARM_ACTIONS_NOT_VALID",
        "SNS_SUBSCRIPTION_NOT_PRESENT", "SNS_TOPIC_INVALID", "LAMBDA_CUSTOM_RUNTIME_DETAILS_NOT_AVAILABLE",
        "CLOUDTRAIL_REGION_INVAILD", "S3_BUCKET_CROSS_ACCOUNT_CROSS_REGION", "SNS_TOPIC_CROSS_ACCOUNT",
        "SNS_TOPIC_CROSS_ACCOUNT_CROSS_REGION", "CONFIG_ACCESS_DENIED", "CONFIG_RULE_NOT_FOUND",
        "CONFIG_RULE_EVALUATION_ERROR", "CONFIG_RETURNS_NOT_APPLICABLE", "THROTTLING_ERROR", "INTERNAL_SERVICE_ERROR",
    )
)  # fmt: skip
STATUSES = frozenset(s.value for s in Status)
Moment = Annotated[datetime, msgspec.Meta(tz=True)]
Text = Annotated[str, msgspec.Meta(min_length=1, max_length=2048)]


class Aside(msgspec.Struct, frozen=True):
    """A finding that could not be taken: why (`malformed`, `schema`, `status`, `control`), its id as far as it has
    one, and what was wrong."""

    reason: str
    id: str
    detail: str


class Reading(msgspec.Struct, frozen=True):
    """What findings of a hub are: those of controls, one for each thing and control; other watchers' as they came; what
    was set aside; and how many are left out on purpose, by why (`operating_system`, `own`, `other_product`)."""

    findings: tuple[Told, ...] = ()
    others: tuple[Mapping[str, Any], ...] = ()
    aside: tuple[Aside, ...] = ()
    left: Mapping[str, int] = {}


class Unreadable(Exception):
    """Why a finding cannot be taken: a reason of `Aside`, and what it is about."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason, self.detail = reason, detail


class _Thing(msgspec.Struct, frozen=True, rename="pascal"):
    id: Text
    type: str = ""
    tags: dict[str, str] | None = None


class _Reason(msgspec.Struct, frozen=True, rename="pascal"):
    reason_code: str = ""


class _Standard(msgspec.Struct, frozen=True, rename="pascal"):
    standards_id: str = ""


class _Compliance(msgspec.Struct, frozen=True, rename="pascal"):
    status: str = ""
    security_control_id: str = ""
    status_reasons: tuple[_Reason, ...] = ()
    associated_standards: tuple[_Standard, ...] = ()


class _Workflow(msgspec.Struct, frozen=True, rename="pascal"):
    status: str = "NEW"


class _Note(msgspec.Struct, frozen=True, rename="pascal"):
    text: str = ""
    updated_by: str = ""


class _Asff(msgspec.Struct, frozen=True, rename="pascal"):
    """What we read of a finding in the older format."""

    schema_version: str
    id: Text
    product_arn: Text
    aws_account_id: AccountId
    updated_at: Moment
    resources: Annotated[tuple[_Thing, ...], msgspec.Meta(min_length=1)]
    compliance: _Compliance = _Compliance()
    region: str = ""
    generator_id: str = ""
    aws_account_name: str = ""
    record_state: str = "ACTIVE"
    workflow: _Workflow = _Workflow()
    note: _Note | None = None
    product_fields: dict[str, str] = {}


def read(items: Iterable[Any]) -> Reading:
    """What findings are, in whichever of the two formats each is."""
    told: list[Told] = []
    others: list[Mapping[str, Any]] = []
    aside: list[Aside] = []
    left: Counter[str] = Counter()
    for item in items:
        product, generator = _origin(item)
        if product == HUB:
            try:
                told.append(_told(_asff(item)))
            except Unreadable as no:
                aside.append(Aside(no.reason, _id(item), no.detail))
        elif product in ELSEWHERE:
            others.append(item)
        elif not product:
            aside.append(Aside("malformed", _id(item), "it names no product"))
        elif product in OUT_OF_SCOPE:
            left["operating_system"] += 1
        else:
            left["own" if generator.startswith(OURS) else "other_product"] += 1
    return Reading(tuple(collapsed(told)), tuple(others), tuple(aside), dict(left))


def _origin(item: Any) -> tuple[str, str]:
    """Which product a finding is of (`aws/securityhub`; empty where it does not say), and its generator."""
    if not isinstance(item, Mapping):
        return "", ""
    arn = item.get("ProductArn") or _at(item, "metadata", "product", "uid")
    generator = item.get("GeneratorId") or ""
    named = PRODUCT.search(str(arn or ""))
    return named["name"] if named else "", str(generator)


def _id(item: Any) -> str:
    found = (item.get("Id") or _at(item, "finding_info", "uid")) if isinstance(item, Mapping) else ""
    return str(found or "")[:512]


def _at(value: Any, *path: str) -> Any:
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _asff(item: Mapping[str, Any]) -> _Asff:
    """A finding in the older format. Raises `Unreadable`."""
    whole = _from_ocsf(item) if "class_uid" in item else item
    if whole.get("SchemaVersion") != SCHEMA:
        raise Unreadable("schema", str(whole.get("SchemaVersion"))[:64])
    try:
        return msgspec.convert(whole, _Asff)
    except msgspec.ValidationError as wrong:
        raise Unreadable("malformed", str(wrong)) from None


def _from_ocsf(item: Mapping[str, Any]) -> Mapping[str, Any]:
    """A compliance finding of the new Security Hub in the older format. Raises `Unreadable`."""
    version = str(_at(item, "metadata", "version"))
    if item["class_uid"] != COMPLIANCE_FINDING or not version.startswith(OCSF):
        raise Unreadable("schema", f"OCSF {version} class {item['class_uid']}"[:64])
    listed = item.get("resources")
    things = [t for t in listed if isinstance(t, Mapping)] if isinstance(listed, list) else []
    status, state = _at(item, "compliance", "status_id"), item.get("status_id")
    info = item.get("finding_info")
    comment = item.get("comment")
    return {
        "SchemaVersion": SCHEMA,
        "Id": _at(info, "uid"),
        "ProductArn": _at(item, "metadata", "product", "uid"),
        "AwsAccountId": _at(item, "cloud", "account", "uid"),
        "AwsAccountName": _at(item, "cloud", "account", "name") or "",
        "Region": _at(item, "cloud", "region") or "",
        "UpdatedAt": _updated(item),
        "Resources": [
            {"Id": t.get("uid"), "Type": str(t.get("type") or ""), "Tags": _tags(t.get("tags"))}
            for t in things
        ],
        "Compliance": {
            "Status": COMPLIANCE[status].value if status in COMPLIANCE else "NOT_AVAILABLE",
            "SecurityControlId": str(_at(item, "compliance", "control") or ""),
        },
        "Workflow": {"Status": WORKFLOW.get(state, "NEW") if isinstance(state, int) else "NEW"},
        "RecordState": ARCHIVED if state == OVER else "ACTIVE",
        **({"Note": {"Text": comment}} if isinstance(comment, str) else {}),
    }


def _updated(item: Mapping[str, Any]) -> datetime | None:
    """When a finding was last told anew. Each time is there in words (`_dt`), or else in milliseconds since 1970."""
    info = item.get("finding_info")
    for whole, name in ((info, "modified_time"), (info, "last_seen_time"), (item, "time")):
        for value in (_at(whole, f"{name}_dt"), _at(whole, name)):
            if (found := when(value)) is not None:
                return found
    return None


def _tags(listed: Any) -> dict[str, str] | None:
    pairs = [t for t in listed if isinstance(t, Mapping)] if isinstance(listed, list) else None
    return {str(t.get("name")): str(t.get("value") or "") for t in pairs} if pairs is not None else None


def _told(asff: _Asff) -> Told:
    """The finding as ours. Raises `Unreadable`."""
    control, thing, compliance = _control(asff), asff.resources[0], asff.compliance
    if compliance.status not in STATUSES:
        raise Unreadable("status", compliance.status or "it has no compliance status")
    status = Status(compliance.status)
    kind = _kind(control, thing)
    codes = tuple(dict.fromkeys(r.reason_code for r in compliance.status_reasons if r.reason_code))
    finding = Finding(
        control,
        asff.aws_account_id,
        _region(control, kind, thing.id, asff.region),
        kind,
        f"{ACCOUNT}:{asff.aws_account_id}" if kind == ACCOUNT else thing.id,
        status,
        reason=_reason(status, codes),
        name=asff.aws_account_id if kind == ACCOUNT else _name(thing.id),
        workflow=asff.workflow.status,
        record=asff.record_state,
    )
    mark = Mark(
        asff.id,
        asff.product_arn,
        asff.updated_at,
        status,
        thing.id,
        asff.region,
        asff.workflow.status,
        asff.note.text if asff.note else "",
        asff.note.updated_by if asff.note else "",
        codes,
    )
    standards = frozenset(s.standards_id for s in compliance.associated_standards) | _standard(asff)
    return Told(finding, (mark,), thing.tags, standards, asff.aws_account_name)


def _standard(asff: _Asff) -> frozenset[str]:
    """The standard that a finding is of where they are not consolidated: `standards/…` or `ruleset/…`."""
    arn = asff.product_fields.get("StandardsArn") or asff.product_fields.get("StandardsGuideArn") or ""
    return frozenset({arn.rpartition(":")[2]} - {""})


def _control(asff: _Asff) -> str:
    """The id of the control. Raises `Unreadable` where the catalogue has none of that name."""
    fields = asff.product_fields
    said = asff.compliance.security_control_id or fields.get("ControlId") or fields.get("RuleId") or ""
    name = (said or asff.generator_id).rpartition("/")[2]
    version = re.search(r"cis-aws-foundations-benchmark/v/([\d.]+)", f"{asff.generator_id} {asff.id}")
    if version and re.fullmatch(r"[\d.]+", name):
        name = _cis_rules().get(version[1], {}).get(name, name)
    if name not in catalogue() or catalogue()[name].own:
        raise Unreadable("control", (name or "it names none")[:64])
    return name


@cache
def _cis_rules() -> Mapping[str, Mapping[str, str]]:
    """The controls of the CIS benchmarks by version and number of the rule."""
    text = files(__package__ or "").joinpath("cis_rules.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _reason(status: Status, codes: tuple[str, ...]) -> Reason | None:
    """Why, in Security Hub's own code; that it is its verdict where it gives none for one that is not good."""
    if EMPTY.code in codes:
        return EMPTY
    if codes:
        return Reason(codes[0]) if codes[0] in KNOWN else Reason(SAYS_SO, codes[0][:128])
    return None if status is Status.PASSED else Reason(SAYS_SO)


def _kind(control: str, thing: _Thing) -> str:
    """The type of the thing as the catalogue calls it."""
    if thing.type in ("AwsAccount", ACCOUNT) or thing.id.startswith(f"{ACCOUNT}:"):
        return ACCOUNT
    subjects = [s for s in catalogue()[control].subjects if s]
    named = [s for s in subjects if thing.type == s or thing.type.lower() == asff_name(s)]
    return named[0] if named else subjects[0] if subjects else thing.type


def _region(control: str, kind: str, thing: str, told: str) -> str:
    """Where ours is said to be: `aws-global` for what has no Region, else the Region of its ARN, else the told one."""
    kinds = _kinds(control, kind)
    if (kinds and all(_worldwide(k, kind) for k in kinds)) or ":global/" in thing:
        return GLOBAL
    arn = thing.split(":")
    return arn[3] if len(arn) > 5 and arn[0] == "arn" and arn[3] else told


def _kinds(control: str, kind: str) -> tuple[type[Resource], ...]:
    """The classes that list things of a type; for the account those that the control is about."""
    if kind != ACCOUNT:
        return resource_types().get(kind, ())
    known = controls().get(control)
    if known is not None:
        return tuple(known.subjects)
    return tuple(k for s in catalogue()[plain(control)].subjects for k in resource_types().get(s, ()))


def _worldwide(kind: type[Resource], told_as: str) -> bool:
    """Whether a thing of this class, or what is said of the account instead, is in no Region."""
    return kind.scope == "global" and (told_as == ACCOUNT or kind.identity["region"] == "{region}")


def _name(thing: str) -> str:
    """What a thing is called, as far as its ARN tells; a load balancer's is followed by an id."""
    parts = re.split("[:/]", thing.removesuffix(":*"))
    return parts[-2] if parts[-4:-3] == ["loadbalancer"] else parts[-1]
