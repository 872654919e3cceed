"""What the layer adds to moto, a module per service: its `HANDLERS` by operation."""

from collections.abc import Callable, Mapping

from ishigaki.demo.emulator.handlers import (
    accessanalyzer,
    account,
    athena,
    bucket_settings,
    budgets,
    cloudformation,
    cloudtrail,
    config,
    costs,
    ec2,
    ecs,
    eks,
    elasticache,
    elbv2,
    emr,
    finding_aggregators,
    guardduty,
    hub_findings,
    iam,
    iam_boundaries,
    iam_roles,
    inspector2,
    key_states,
    kms,
    lambda_,
    listings,
    logs,
    macie2,
    network,
    organizations,
    s3,
    security_controls,
    security_parameters,
    securityhub,
    snapshots,
    sns,
    ssm,
    sts,
)
from ishigaki.demo.emulator.state import Context, Handler

BY_SERVICE: Mapping[str, Mapping[str, Handler]] = {
    "accessanalyzer": accessanalyzer.HANDLERS,
    "account": account.HANDLERS,
    "appconfig": listings.APPCONFIG,
    "athena": athena.HANDLERS,
    "bedrock-agentcore-control": listings.AGENTCORE,
    "budgets": budgets.HANDLERS,
    "ce": costs.HANDLERS,
    "cloudformation": cloudformation.HANDLERS,
    "cloudtrail": cloudtrail.HANDLERS,
    "config": config.HANDLERS,
    "ec2": {**ec2.HANDLERS, **network.HANDLERS, **snapshots.HANDLERS},
    "ecs": ecs.HANDLERS,
    "eks": eks.HANDLERS,
    "elasticache": elasticache.HANDLERS,
    "elb": elbv2.CLASSIC,
    "elbv2": elbv2.HANDLERS,
    "emr": {**emr.HANDLERS, **listings.EMR},
    "glue": listings.GLUE,
    "guardduty": guardduty.HANDLERS,
    "iam": {**iam.HANDLERS, **iam_boundaries.HANDLERS, **iam_roles.HANDLERS},
    "inspector2": inspector2.HANDLERS,
    "kms": {**kms.HANDLERS, **key_states.HANDLERS},
    "lambda": lambda_.HANDLERS,
    "logs": logs.HANDLERS,
    "macie2": macie2.HANDLERS,
    "organizations": organizations.HANDLERS,
    "s3": {**s3.HANDLERS, **bucket_settings.HANDLERS},
    "sagemaker": listings.SAGEMAKER,
    "securityhub": {
        **securityhub.HANDLERS,
        **security_controls.HANDLERS,
        **security_parameters.HANDLERS,
        **finding_aggregators.HANDLERS,
        **hub_findings.HANDLERS,
    },
    "sns": sns.HANDLERS,
    "ssm": ssm.HANDLERS,
    "sts": sts.HANDLERS,
}
HANDLERS: Mapping[tuple[str, str], Handler] = {
    (service, operation): handler
    for service, handlers in BY_SERVICE.items()
    for operation, handler in handlers.items()
}
# Asked before any operation of the service: whose state it reads, unless the caller is refused.
GATES: Mapping[str, Callable[[Context], str]] = {
    "macie2": macie2.answering_account,
    "organizations": organizations.answering_account,
    "securityhub": securityhub.answering_account,
}
