"""Redshift Serverless: what is required."""

from __future__ import annotations

from ishigaki.core.control import cannot_tell, control, fails, passes
from ishigaki.core.fault import Faults, fault
from ishigaki.core.record import replace
from ishigaki.core.unseen import UNKNOWN_VALUE, Unseen
from ishigaki.services.redshift_serverless.resources import ConfigParameter, Namespace, Workgroup

SSL = "require_ssl"
DEFAULT_ADMINISTRATOR = "admin"
LOGS = ("connectionlog", "userlog")

OTHER = ConfigParameter(parameter_key="auto_mv", parameter_value="true")
REQUIRED = ConfigParameter(parameter_key=SSL, parameter_value="true")
WORKGROUP = Workgroup(
    enhanced_vpc_routing=True, publicly_accessible=False, config_parameters=(OTHER, REQUIRED)
)
NAMESPACE = Namespace(admin_username="dwh_admin", log_exports=LOGS)


@control(
    "RedshiftServerless.1",
    examples=[passes(WORKGROUP), fails("routing_off", replace(WORKGROUP, enhanced_vpc_routing=False))],
)
def routes_through_its_vpc(workgroup: Workgroup) -> Faults:
    """Enhanced VPC routing is on: COPY and UNLOAD go through the VPC."""
    if not workgroup.enhanced_vpc_routing:
        yield fault("routing_off")


def requires_ssl(workgroup: Workgroup) -> bool:
    """Whether connections must be encrypted."""
    value = workgroup.parameter(SSL)
    if value not in ("true", "false"):
        raise Unseen(f"Workgroup.config_parameters {SSL}", UNKNOWN_VALUE)
    return value == "true"


@control(
    "RedshiftServerless.2",
    examples=[
        passes(WORKGROUP),
        fails(
            "ssl_not_required",
            replace(WORKGROUP, config_parameters=(OTHER, replace(REQUIRED, parameter_value="false"))),
        ),
        cannot_tell(
            replace(WORKGROUP, config_parameters=(OTHER, replace(REQUIRED, parameter_value="maybe")))
        ),
        cannot_tell(replace(WORKGROUP, config_parameters=(OTHER,))),
    ],
)
def takes_encrypted_connections_only(workgroup: Workgroup) -> Faults:
    """The workgroup's parameter require_ssl is true."""
    if not requires_ssl(workgroup):
        yield fault("ssl_not_required")


@control(
    "RedshiftServerless.3",
    examples=[passes(WORKGROUP), fails("public", replace(WORKGROUP, publicly_accessible=True))],
)
def is_not_public(workgroup: Workgroup) -> Faults:
    """The workgroup cannot be reached from public networks."""
    if workgroup.publicly_accessible:
        yield fault("public")


@control(
    "RedshiftServerless.5",
    examples=[
        passes(NAMESPACE),
        passes(replace(NAMESPACE, admin_username="admin2")),
        fails("default_administrator", replace(NAMESPACE, admin_username=DEFAULT_ADMINISTRATOR)),
    ],
)
def renames_its_administrator(namespace: Namespace) -> Faults:
    """The administrator of the namespace is not called admin, as AWS proposes."""
    if namespace.admin_username == DEFAULT_ADMINISTRATOR:
        yield fault("default_administrator", name=namespace.admin_username)


@control(
    "RedshiftServerless.6",
    examples=[
        passes(NAMESPACE),
        passes(replace(NAMESPACE, log_exports=(*LOGS, "useractivitylog"))),
        fails("not_exported", replace(NAMESPACE, log_exports=())),
        fails("not_exported", replace(NAMESPACE, log_exports=LOGS[:1])),
        fails("not_exported", replace(NAMESPACE, log_exports=LOGS[1:])),
        fails("not_exported", replace(NAMESPACE, log_exports=("useractivitylog",))),
    ],
)
def exports_its_logs(namespace: Namespace) -> Faults:
    """Connection and user logs are exported to CloudWatch Logs."""
    missing = [log for log in LOGS if log not in namespace.log_exports]
    if missing:
        yield fault("not_exported", logs=", ".join(missing))


CONTROLS = (
    routes_through_its_vpc,
    takes_encrypted_connections_only,
    is_not_public,
    renames_its_administrator,
    exports_its_logs,
)
