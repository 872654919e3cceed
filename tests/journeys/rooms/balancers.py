"""Load balancers of both generations, and Auto Scaling."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.journeys.rooms.thing import Make, named, subnets
from tests.journeys.scenes.started import allow, bucket, made, policy, vpc
from tests.journeys.workshop import ID, Workshop

UPLOADED = f"arn:aws:iam::{ID}:server-certificate/www"
STRICT = "ELBSecurityPolicy-TLS13-1-2-Res-2021-06"
CLASSIC_STRICT = "ELBSecurityPolicy-TLS-1-2-2017-01"


def _certificate(workshop: Workshop) -> str:
    named: dict[str, Any] = {"DomainName": "www.example.com", "ValidationMethod": "DNS"}
    return str(made(workshop, "acm:RequestCertificate", "CertificateArn", IdempotencyToken="www", **named))


def _log_bucket(workshop: Workshop, name: str) -> str:
    """A bucket that takes the access logs of load balancers."""
    bucket(workshop, name)
    service = {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"}
    written = allow("s3:PutObject", f"arn:aws:s3:::{name}/AWSLogs/{ID}/*", service)
    made(workshop, "s3:PutBucketPolicy", Bucket=name, Policy=policy(written))
    return name


def _balancer(workshop: Workshop, sound: bool, kind: str) -> str:
    arn = made(
        workshop,
        "elbv2:CreateLoadBalancer",
        "LoadBalancers[0].LoadBalancerArn",
        Name=f"{kind}-{named(sound)}",
        Type=kind,
        Subnets=subnets(workshop)[: 2 if sound else 1],
    )
    return str(arn)


def application_balancer(workshop: Workshop, sound: bool) -> str:
    arn = _balancer(workshop, sound, "application")
    attributes = {
        "routing.http.drop_invalid_header_fields.enabled": str(sound).lower(),
        "routing.http.desync_mitigation_mode": "defensive" if sound else "monitor",
        "deletion_protection.enabled": str(sound).lower(),
    }
    if sound:
        logs = _log_bucket(workshop, "balancer-logs")
        attributes |= {"access_logs.s3.enabled": "true", "access_logs.s3.bucket": logs}
        seen = {"SampledRequestsEnabled": True, "CloudWatchMetricsEnabled": True, "MetricName": "balancer"}
        acl: dict[str, Any] = {"Scope": "REGIONAL", "DefaultAction": {"Allow": {}}, "VisibilityConfig": seen}
        web_acl = made(workshop, "wafv2:CreateWebACL", "Summary.ARN", Name="balancer", **acl)
        made(workshop, "wafv2:AssociateWebACL", WebACLArn=web_acl, ResourceArn=arn)
    made(
        workshop,
        "elbv2:ModifyLoadBalancerAttributes",
        LoadBalancerArn=arn,
        Attributes=[{"Key": key, "Value": value} for key, value in attributes.items()],
    )
    return arn


def _target_group(workshop: Workshop, sound: bool, name: str) -> str:
    protocol = "HTTPS" if sound else "HTTP"
    arn = made(
        workshop,
        "elbv2:CreateTargetGroup",
        "TargetGroups[0].TargetGroupArn",
        Name=f"{name}-{named(sound)}",
        Protocol=protocol,
        Port=443 if sound else 80,
        VpcId=vpc(workshop),
        HealthCheckProtocol=protocol,
    )
    return str(arn)


def target_group(workshop: Workshop, sound: bool) -> str:
    return _target_group(workshop, sound, "group")


def _listen(workshop: Workshop, sound: bool, balancer: str, group: str, policy: str = STRICT) -> str:
    tls: dict[str, Any] = {"Protocol": "HTTPS", "Port": 443, "SslPolicy": policy}
    tls["Certificates"] = [{"CertificateArn": _certificate(workshop)}]
    arn = made(
        workshop,
        "elbv2:CreateListener",
        "Listeners[0].ListenerArn",
        LoadBalancerArn=balancer,
        DefaultActions=[{"Type": "forward", "TargetGroupArn": group}],
        **(tls if sound else {"Protocol": "HTTP", "Port": 80}),
    )
    return str(arn)


def listener(workshop: Workshop, sound: bool) -> str:
    """One that speaks HTTPS with the clients, and one that speaks HTTP and sends nobody on."""
    found = f"application-{named(sound)}"
    arn = made(workshop, "elbv2:DescribeLoadBalancers", "LoadBalancers[0].LoadBalancerArn", Names=[found])
    return _listen(workshop, sound, arn, _target_group(workshop, sound, "behind"))


def tls_listener(workshop: Workshop, sound: bool) -> str:
    """Both speak HTTPS; one with old ciphers, too."""
    balancer = made(
        workshop,
        "elbv2:CreateLoadBalancer",
        "LoadBalancers[0].LoadBalancerArn",
        Name=f"tls-{named(sound)}",
        Subnets=subnets(workshop)[:2],
    )
    group = _target_group(workshop, sound, "tls")
    return _listen(workshop, True, balancer, group, STRICT if sound else "ELBSecurityPolicy-2016-08")


def redirecting_balancer(workshop: Workshop, sound: bool) -> str:
    """Both listen on HTTP; one sends on to HTTPS."""
    balancer = made(
        workshop,
        "elbv2:CreateLoadBalancer",
        "LoadBalancers[0].LoadBalancerArn",
        Name=f"http-{named(sound)}",
        Subnets=subnets(workshop)[:2],
    )
    away = {
        "Type": "redirect",
        "RedirectConfig": {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"},
    }
    here = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "200"}}
    made(
        workshop,
        "elbv2:CreateListener",
        LoadBalancerArn=balancer,
        Protocol="HTTP",
        Port=80,
        DefaultActions=[away if sound else here],
    )
    return str(balancer)


def classic_balancer(workshop: Workshop, sound: bool) -> str:
    name = f"classic-{named(sound)}"
    plain = {"Protocol": "HTTP", "LoadBalancerPort": 80, "InstancePort": 80}
    secure = {"Protocol": "HTTPS", "LoadBalancerPort": 443, "InstancePort": 80}
    secure["SSLCertificateId"] = _certificate(workshop)
    made(
        workshop,
        "elb:CreateLoadBalancer",
        LoadBalancerName=name,
        Subnets=subnets(workshop)[: 2 if sound else 1],
        Listeners=[secure if sound else plain],
    )
    mode = {"Key": "elb.http.desyncmitigationmode", "Value": "strictest" if sound else "monitor"}
    attributes: dict[str, Any] = {
        "CrossZoneLoadBalancing": {"Enabled": sound},
        "ConnectionDraining": {"Enabled": sound, "Timeout": 300},
        "AdditionalAttributes": [mode],
    }
    made(
        workshop,
        "elb:ModifyLoadBalancerAttributes",
        LoadBalancerName=name,
        LoadBalancerAttributes=attributes,
    )
    return name


def classic_tls_balancer(workshop: Workshop, sound: bool) -> str:
    """A certificate of ACM and the strict policy; or one that was uploaded, and an old policy."""
    name = f"classic-tls-{named(sound)}"
    certificate = _certificate(workshop) if sound else UPLOADED
    if not sound:
        parts = {"CertificateBody": "-", "PrivateKey": "-"}
        made(workshop, "iam:UploadServerCertificate", ServerCertificateName="www", **parts)
    listener = {"Protocol": "HTTPS", "LoadBalancerPort": 443, "InstancePort": 80}
    made(
        workshop,
        "elb:CreateLoadBalancer",
        LoadBalancerName=name,
        Subnets=subnets(workshop)[:2],
        Listeners=[{**listener, "SSLCertificateId": certificate}],
    )
    reference = CLASSIC_STRICT if sound else "ELBSecurityPolicy-2016-08"
    made(
        workshop,
        "elb:CreateLoadBalancerPolicy",
        LoadBalancerName=name,
        PolicyName="tls",
        PolicyTypeName="SSLNegotiationPolicyType",
        PolicyAttributes=[{"AttributeName": "Reference-Security-Policy", "AttributeValue": reference}],
    )
    made(
        workshop,
        "elb:SetLoadBalancerPoliciesOfListener",
        LoadBalancerName=name,
        LoadBalancerPort=443,
        PolicyNames=["tls"],
    )
    return name


def scaling_group(workshop: Workshop, sound: bool) -> str:
    image = "ami-0123456789abcdef0"
    where = subnets(workshop)[: 2 if sound else 1]
    source: dict[str, Any] = {"LaunchConfigurationName": f"launch-{named(sound)}"}
    if sound:
        made(
            workshop,
            "ec2:CreateLaunchTemplate",
            LaunchTemplateName="web",
            LaunchTemplateData={"ImageId": image, "InstanceType": "t3.micro"},
        )
        specification = {"LaunchTemplateName": "web", "Version": "$Latest"}
        types = [{"InstanceType": "t3.micro"}, {"InstanceType": "t3a.micro"}]
        template = {"LaunchTemplateSpecification": specification, "Overrides": types}
        source = {"MixedInstancesPolicy": {"LaunchTemplate": template}}
    made(
        workshop,
        "autoscaling:CreateAutoScalingGroup",
        AutoScalingGroupName=named(sound),
        MinSize=0,
        MaxSize=0,
        VPCZoneIdentifier=",".join(where),
        LoadBalancerNames=[f"classic-{named(sound)}"],
        HealthCheckType="ELB" if sound else "EC2",
        HealthCheckGracePeriod=300,
        **source,
    )
    return f"autoScalingGroupName/{named(sound)}"


def launch_configuration(workshop: Workshop, sound: bool) -> str:
    name = f"launch-{named(sound)}"
    made(
        workshop,
        "autoscaling:CreateLaunchConfiguration",
        LaunchConfigurationName=name,
        ImageId="ami-0123456789abcdef0",
        InstanceType="t3.micro",
        AssociatePublicIpAddress=not sound,
        MetadataOptions={"HttpTokens": "required" if sound else "optional"},
    )
    return f"launchConfigurationName/{name}"


def group_of_one_type(workshop: Workshop, sound: bool) -> str:
    """Mixed instances of two types, and of one."""
    types = [{"InstanceType": "t3.micro"}, {"InstanceType": "t3a.micro"}][: 2 if sound else 1]
    specification = {"LaunchTemplateName": "web", "Version": "$Latest"}
    made(
        workshop,
        "autoscaling:CreateAutoScalingGroup",
        AutoScalingGroupName=f"mixed-{named(sound)}",
        MinSize=0,
        MaxSize=0,
        VPCZoneIdentifier=",".join(subnets(workshop)[:2]),
        MixedInstancesPolicy={
            "LaunchTemplate": {"LaunchTemplateSpecification": specification, "Overrides": types}
        },
    )
    return f"autoScalingGroupName/mixed-{named(sound)}"


SHOWN: Mapping[Make, str] = {
    application_balancer: "ELB.4 ELB.5 ELB.6 ELB.12 ELB.13 ELB.16",
    target_group: "ELB.21 ELB.22",
    listener: "ELB.18",
    tls_listener: "ELB.17",
    redirecting_balancer: "ELB.1",
    classic_balancer: "ELB.3 ELB.7 ELB.9 ELB.10 ELB.14",
    classic_tls_balancer: "ELB.2 ELB.8",
    launch_configuration: "AutoScaling.3 Autoscaling.5",
    scaling_group: "AutoScaling.1 AutoScaling.2 AutoScaling.9",
    group_of_one_type: "AutoScaling.6",
}
CANNOT_SHOW: Mapping[str, str] = {}
