"""Redshift Serverless: what can be put right."""

from __future__ import annotations

from typing import Any

from ishigaki.core.call import Call, call
from ishigaki.core.change import Change, Changes, Disruption, Until, alters, change, step
from ishigaki.core.record import replace
from ishigaki.core.remediation import leaves, mends, remediation
from ishigaki.core.verbatim import said
from ishigaki.services.redshift_serverless.controls import (
    LOGS,
    NAMESPACE,
    OTHER,
    REQUIRED,
    SSL,
    WORKGROUP,
    requires_ssl,
)
from ishigaki.services.redshift_serverless.resources import Namespace, Workgroup

MINUTES = 15 * 60


def _update(workgroup: Workgroup, **settings: Any) -> Call:
    return call("redshift-serverless", "UpdateWorkgroup", workgroupName=workgroup.name, **settings)


def _setting(workgroup: Workgroup, name: str, parameter: str, value: Any) -> Change:
    """One setting of a workgroup, which is undone by what it was."""
    shown = call("redshift-serverless", "GetWorkgroup", workgroupName=workgroup.name)
    return change(
        alters(workgroup, **{name: value}),
        steps=[
            step(
                "update",
                _update(workgroup, **{parameter: value}),
                undo=_update(workgroup, **{parameter: said(workgroup, name)}),
                until=Until(shown, "workgroup.status", ("AVAILABLE",), seconds=MINUTES),
            )
        ],
    )


@remediation(
    disruption=Disruption.HIGH,
    examples=[mends(replace(WORKGROUP, enhanced_vpc_routing=False)), leaves(WORKGROUP)],
)
def route_workgroup_through_vpc(workgroup: Workgroup) -> Changes:
    """Switches on enhanced VPC routing of a workgroup."""
    if not workgroup.enhanced_vpc_routing:
        yield _setting(workgroup, "enhanced_vpc_routing", "enhancedVpcRouting", value=True)


@remediation(
    disruption=Disruption.HIGH,
    examples=[
        mends(replace(WORKGROUP, config_parameters=(OTHER, replace(REQUIRED, parameter_value="false")))),
        leaves(WORKGROUP),
    ],
)
def require_workgroup_ssl(workgroup: Workgroup) -> Changes:
    """Lets a workgroup take encrypted connections only; its other parameters are sent as they are."""
    if requires_ssl(workgroup):
        return
    after = [
        {**each, "parameterValue": "true"} if each["parameterKey"] == SSL else each
        for each in said(workgroup, "config_parameters")
    ]
    yield _setting(workgroup, "config_parameters", "configParameters", after)


@remediation(
    disruption=Disruption.HIGH,
    examples=[mends(replace(WORKGROUP, publicly_accessible=True)), leaves(WORKGROUP)],
)
def make_workgroup_private(workgroup: Workgroup) -> Changes:
    """Closes a workgroup to public networks."""
    if workgroup.publicly_accessible:
        yield _setting(workgroup, "publicly_accessible", "publiclyAccessible", value=False)


@remediation(
    disruption=Disruption.LOW,
    examples=[
        mends(replace(NAMESPACE, log_exports=())),
        mends(replace(NAMESPACE, log_exports=("useractivitylog", LOGS[0]))),
        leaves(NAMESPACE),
        leaves(replace(NAMESPACE, log_exports=(*LOGS, "useractivitylog"))),
    ],
)
def export_namespace_logs(namespace: Namespace) -> Changes:
    """Exports a namespace's connection and user logs to CloudWatch Logs, beside what it exports already."""
    before = said(namespace, "log_exports") or []
    after = [*before, *(log for log in LOGS if log not in before)]
    if after == before:
        return
    shown = call("redshift-serverless", "GetNamespace", namespaceName=namespace.name)
    yield change(
        alters(namespace, log_exports=after),
        steps=[
            step(
                "export",
                _export(namespace, after),
                undo=_export(namespace, before),
                until=Until(shown, "namespace.status", ("AVAILABLE",), seconds=MINUTES),
            )
        ],
    )


def _export(namespace: Namespace, logs: list[str]) -> Call:
    return call(
        "redshift-serverless",
        "UpdateNamespace",
        namespaceName=namespace.name,
        logExports=logs,
        secret=("namespace.adminPasswordSecretArn", "namespace.adminPasswordSecretKmsKeyId"),
    )


REMEDIATIONS = {
    "RedshiftServerless.1": route_workgroup_through_vpc,
    "RedshiftServerless.2": require_workgroup_ssl,
    "RedshiftServerless.3": make_workgroup_private,
    "RedshiftServerless.6": export_namespace_logs,
}
