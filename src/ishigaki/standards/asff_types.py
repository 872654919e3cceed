"""How the AWS Security Finding Format calls resource types: CloudFormation's name without its colons, mostly."""

from __future__ import annotations

from collections.abc import Mapping

RENAMED: Mapping[str, str] = {
    "AWS::::Account": "AwsAccount",
    "AWS::ACM::Certificate": "AwsCertificateManagerCertificate",
    "AWS::ElasticLoadBalancing::LoadBalancer": "AwsElbLoadBalancer",
    "AWS::ElasticLoadBalancingV2::LoadBalancer": "AwsElbv2LoadBalancer",
    "AWS::OpenSearch::Domain": "AwsOpenSearchServiceDomain",
    "AWS::StepFunctions::StateMachine": "AwsStepFunctionStateMachine",
}


def asff_name(aws: str) -> str:
    """The format's name of a type, but for its capitals."""
    return RENAMED.get(aws, "".join(aws.split("::"))).lower()
