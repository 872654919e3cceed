"""Scenes of load balancers, Auto Scaling, launch templates, transit gateways and Network Firewall."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.journeys.scenes.started import made, subnets, vpc
from tests.journeys.workshop import TOKYO, Furnish, Workshop


def application(workshop: Workshop) -> str:
    """An application load balancer over two zones, as AWS makes it."""
    return str(
        made(
            workshop,
            "elbv2:CreateLoadBalancer",
            "LoadBalancers[0].LoadBalancerArn",
            Name="web",
            Type="application",
            Subnets=subnets(workshop)[:2],
        )
    )


def plain_application(workshop: Workshop) -> None:
    application(workshop)


def application_that_monitors(workshop: Workshop) -> None:
    monitor = {"Key": "routing.http.desync_mitigation_mode", "Value": "monitor"}
    balancer = application(workshop)
    made(workshop, "elbv2:ModifyLoadBalancerAttributes", LoadBalancerArn=balancer, Attributes=[monitor])


def target_group(workshop: Workshop, protocol: str = "HTTP") -> str:
    return str(
        made(
            workshop,
            "elbv2:CreateTargetGroup",
            "TargetGroups[0].TargetGroupArn",
            Name="web",
            Protocol=protocol,
            Port=8080,
            VpcId=vpc(workshop),
            HealthCheckProtocol="HTTP",
        )
    )


def probed_plainly(workshop: Workshop) -> None:
    target_group(workshop, "HTTPS")


def listeners(workshop: Workshop) -> None:
    """One listener that forwards plain HTTP, and one for HTTPS with an old policy."""
    balancer, group = application(workshop), target_group(workshop)
    forward = [{"Type": "forward", "TargetGroupArn": group}]
    shown: dict[str, Any] = {"LoadBalancerArn": balancer, "DefaultActions": forward}
    made(workshop, "elbv2:CreateListener", Protocol="HTTP", Port=80, **shown)
    parts = {"ServerCertificateName": "www", "CertificateBody": "-", "PrivateKey": "-"}
    certificate = made(workshop, "iam:UploadServerCertificate", "ServerCertificateMetadata.Arn", **parts)
    encrypted: dict[str, Any] = {"Certificates": [{"CertificateArn": certificate}]}
    encrypted |= {"SslPolicy": "ELBSecurityPolicy-2016-08"}
    made(workshop, "elbv2:CreateListener", Protocol="HTTPS", Port=443, **encrypted, **shown)


def classic(workshop: Workshop) -> None:
    listener = {"Protocol": "HTTP", "LoadBalancerPort": 80, "InstancePort": 80}
    zones: dict[str, Any] = {"Subnets": subnets(workshop)[:1], "Listeners": [listener]}
    made(workshop, "elb:CreateLoadBalancer", LoadBalancerName="web", **zones)


def classic_encrypted(workshop: Workshop) -> None:
    """One for HTTPS, with a policy of its own."""
    classic(workshop)
    parts = {"ServerCertificateName": "www", "CertificateBody": "-", "PrivateKey": "-"}
    certificate = made(workshop, "iam:UploadServerCertificate", "ServerCertificateMetadata.Arn", **parts)
    listener = {"Protocol": "HTTPS", "LoadBalancerPort": 443, "InstancePort": 80}
    listeners = [{**listener, "SSLCertificateId": certificate}]
    made(workshop, "elb:CreateLoadBalancerListeners", LoadBalancerName="web", Listeners=listeners)


def classic_in_one_zone(workshop: Workshop) -> None:
    classic(workshop)
    _set(workshop, CrossZoneLoadBalancing={"Enabled": False})


def classic_that_monitors(workshop: Workshop) -> None:
    classic(workshop)
    mode = {"Key": "elb.http.desyncmitigationmode", "Value": "monitor"}
    _set(workshop, AdditionalAttributes=[mode])


def _set(workshop: Workshop, **attributes: Any) -> None:
    balancer: dict[str, Any] = {"LoadBalancerName": "web"}
    made(workshop, "elb:ModifyLoadBalancerAttributes", LoadBalancerAttributes=attributes, **balancer)


def template(workshop: Workshop) -> str:
    image = made(workshop, "ec2:DescribeImages", "Images[0].ImageId", Owners=["amazon"])
    return str(
        made(
            workshop,
            "ec2:CreateLaunchTemplate",
            "LaunchTemplate.LaunchTemplateId",
            LaunchTemplateName="web",
            LaunchTemplateData={"ImageId": image, "InstanceType": "t3.micro"},
        )
    )


def balanced_group(workshop: Workshop) -> None:
    launch = {"LaunchTemplateId": template(workshop), "Version": "1"}
    size: dict[str, Any] = {"MinSize": 0, "MaxSize": 1, "DesiredCapacity": 0}
    made(
        workshop,
        "autoscaling:CreateAutoScalingGroup",
        AutoScalingGroupName="web",
        LaunchTemplate=launch,
        AvailabilityZones=[f"{TOKYO}a"],
        TargetGroupARNs=[target_group(workshop)],
        **size,
    )


def open_transit_gateway(workshop: Workshop) -> None:
    made(workshop, "ec2:CreateTransitGateway", Options={"AutoAcceptSharedAttachments": "enable"})


SCENES: Mapping[str, Furnish] = {
    "accept_attachments_by_hand": open_transit_gateway,
    "balance_across_zones": classic_in_one_zone,
    "check_by_load_balancer": balanced_group,
    "check_health_encrypted": probed_plainly,
    "drain_connections": classic,
    "drop_invalid_headers": plain_application,
    "mitigate_classic_desync": classic_that_monitors,
    "mitigate_desync": application_that_monitors,
    "protect_balancer": plain_application,
    "redirect_listeners": listeners,
    "strengthen_classic_listeners": classic_encrypted,
    "strengthen_listener": listeners,
}
KEPT = "the emulator takes no single version of a launch template back"
NOT_THERE = "the emulator has no firewalls whose {} can be changed"
CANNOT: Mapping[str, str] = {
    "assign_no_public_address": KEPT,
    "encrypt_template_volumes": KEPT,
    "inspect_fragments": NOT_THERE.format("policies"),
    "inspect_packets": NOT_THERE.format("policies"),
    "keep_firewall_subnets": NOT_THERE.format("protections"),
    "log_clients": "the emulator has no Client VPN endpoints",
    "protect_firewall": NOT_THERE.format("protections"),
    "require_imdsv2_in_template": KEPT,
}
