"""Scenes of what is small: users, files, mail, transfers, events."""

from __future__ import annotations

import json
from collections.abc import Mapping

from tests.journeys.scenes.started import made
from tests.journeys.workshop import ID, Furnish, Workshop


def user_pool(workshop: Workshop) -> None:
    """One of the tier that has every feature, with none of them on."""
    made(
        workshop,
        "cognito-idp:CreateUserPool",
        PoolName="customers",
        UserPoolTier="PLUS",
        DeletionProtection="INACTIVE",
        Policies={
            "PasswordPolicy": {
                "MinimumLength": 6,
                "RequireUppercase": False,
                "RequireLowercase": False,
                "RequireNumbers": False,
                "RequireSymbols": False,
                "TemporaryPasswordValidityDays": 30,
            }
        },
        UserPoolAddOns={"AdvancedSecurityMode": "OFF"},
    )


def identity_pool_for_guests(workshop: Workshop) -> None:
    made(
        workshop,
        "cognito-identity:CreateIdentityPool",
        IdentityPoolName="app",
        AllowUnauthenticatedIdentities=True,
    )


def connector(workshop: Workshop) -> None:
    access = f"arn:aws:iam::{ID}:role/partner"
    made(workshop, "transfer:CreateConnector", Url="sftp://example.com", AccessRole=access)


def event_bus(workshop: Workshop) -> None:
    made(workshop, "events:CreateEventBus", Name="orders")


def stack(workshop: Workshop) -> None:
    """A stack that anybody may delete."""
    template = {"Resources": {"Topic": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "news"}}}}
    made(workshop, "cloudformation:CreateStack", StackName="news", TemplateBody=json.dumps(template))


SCENES: Mapping[str, Furnish] = {
    "admit_own_account": event_bus,
    "demand_strong_passwords": user_pool,
    "enforce_custom_threat_protection": user_pool,
    "enforce_threat_protection": user_pool,
    "log_connector": connector,
    "offer_mfa": user_pool,
    "protect_stack": stack,
    "protect_user_pool": user_pool,
    "refuse_guests": identity_pool_for_guests,
}

# What the emulator has no answer for.
CANNOT: Mapping[str, str] = {
    "back_up_daily": "the emulator does not know efs:PutBackupPolicy",
    "copy_tags_of_openzfs": "the emulator does not know fsx:UpdateFileSystem",
    "deliver_over_tls": "the emulator does not know ses:PutConfigurationSetDeliveryOptions",
    "log_flows": "the emulator does not know connect:UpdateInstanceAttribute",
    "withdraw_ftp": "the emulator does not know transfer:UpdateServer",
}
