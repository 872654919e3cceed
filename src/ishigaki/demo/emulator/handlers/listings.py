"""Listings that moto lacks of what it can make, and lists it leaves out when they are empty."""

from collections.abc import Mapping
from typing import Any

from ishigaki.demo.emulator.state import Answer, Context, Handler, Params


def security_configurations(context: Context, _: Params) -> Answer:
    """EMR's ListSecurityConfigurations."""
    made = context.backend().security_configurations.values()
    rows = [{"Name": one.name, "CreationDateTime": one.creation_date_time} for one in made]
    return {"SecurityConfigurations": rows}


def ml_transforms(context: Context, _: Params) -> Answer:
    """Glue's ListMLTransforms."""
    return {"TransformIds": list(context.backend().ml_transforms)}


def applications(context: Context, _: Params) -> Answer:
    """AppConfig's ListApplications."""
    return {"Items": [one.to_json() for one in context.backend().applications.values()]}


def feature_groups(context: Context, _: Params) -> Answer:
    """SageMaker's ListFeatureGroups."""
    members = ("FeatureGroupName", "FeatureGroupArn", "CreationTime", "FeatureGroupStatus")
    made = [one.describe() for one in context.backend().feature_groups.values()]
    return {"FeatureGroupSummaries": [{name: one[name] for name in members if name in one} for one in made]}


def feature_group(context: Context, params: Params) -> Answer:
    """SageMaker's DescribeFeatureGroup, by ARN too; it has a token even when there is nothing more."""
    name = params["FeatureGroupName"].rpartition("/")[2]
    return {**context.moto({**params, "FeatureGroupName": name}), "NextToken": ""}


def _never_absent(member: str) -> Handler:
    """Moto's answer, with the list in it even when it is empty, as AWS's model requires."""
    return lambda context, params: {member: [], **context.moto(params)}


def _system_tools(member: str, name: str, part: str) -> Handler:
    """AgentCore's listing of the tool that AWS provides; custom ones cannot be made here."""

    def list_tools(context: Context, params: Params) -> Answer:
        arn = f"arn:aws:bedrock-agentcore:{context.region}:aws:{part}/{name}"
        created = context.emulator.account(context.account).created
        summary: dict[str, Any] = {f"{member}Id": name, f"{member}Arn": arn, "status": "READY"}
        shown = [] if params.get("type") == "CUSTOM" else [{**summary, "createdAt": created}]
        return {f"{member}Summaries": shown}

    return list_tools


APPCONFIG: Mapping[str, Handler] = {"ListApplications": applications}
AGENTCORE: Mapping[str, Handler] = {
    "ListAgentRuntimes": _never_absent("agentRuntimes"),
    "ListBrowsers": _system_tools("browser", "aws.browser.v1", "browser"),
    "ListCodeInterpreters": _system_tools("codeInterpreter", "aws.codeinterpreter.v1", "code-interpreter"),
    "ListGateways": _never_absent("items"),
    "ListMemories": _never_absent("memories"),
}
EMR: Mapping[str, Handler] = {"ListSecurityConfigurations": security_configurations}
GLUE: Mapping[str, Handler] = {"ListMLTransforms": ml_transforms}
SAGEMAKER: Mapping[str, Handler] = {
    "DescribeFeatureGroup": feature_group,
    "ListFeatureGroups": feature_groups,
}
