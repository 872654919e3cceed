"""The parameters of Security Hub's controls: what is collected."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ishigaki.core.call import call
from ishigaki.core.record import Value
from ishigaki.core.resource import Batch, Resource, Source, facet, resource
from ishigaki.services.securityhub.resources import NOT_ENABLED


class Setting(Value):
    """How a control is set: of each parameter, by AWS's name, its `ValueType` and `Value`."""

    parameters: Mapping[str, Any]


@resource(
    "AWS::SecurityHub::SecurityControl",
    listed_by=call("securityhub", "ListSecurityControlDefinitions", MaxResults=100),
    at="SecurityControlDefinitions[?contains(CustomizableProperties || `[]`, 'Parameters')]",
    nothing=(NOT_ENABLED,),
    id="arn:{partition}:securityhub:{region}:{account}:security-control/{SecurityControlId}",
    name="{SecurityControlId}",
)
class TunableControl(Resource):
    """A control with parameters that an account may set, in one Region."""

    setting: Setting = facet(
        Source(
            call("securityhub", "BatchGetSecurityControls"),
            "SecurityControls",
            Batch(param="SecurityControlIds", of="{SecurityControlId}", size=100, by="{SecurityControlId}"),
        )
    )
