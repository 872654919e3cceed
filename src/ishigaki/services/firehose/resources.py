"""Data Firehose: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.resource import Resource, facet, resource
from ishigaki.core.unseen import NOT_IN_ANSWER

EACH = "DeliveryStreamDescription.Destinations[]"
SNOWFLAKE = f"{EACH}.SnowflakeDestinationDescription"
HTTP = f"{EACH}.HttpEndpointDestinationDescription"
DESCRIBED = call(
    "firehose",
    "DescribeDeliveryStream",
    DeliveryStreamName="{}",
    secret=(
        f"{EACH}.RedshiftDestinationDescription.Username",
        f"{EACH}.SplunkDestinationDescription.HECToken",
        f"{HTTP}.EndpointConfiguration.Url",
        f"{HTTP}.RequestConfiguration.CommonAttributes[].AttributeName",
        f"{HTTP}.RequestConfiguration.CommonAttributes[].AttributeValue",
        f"{SNOWFLAKE}.AccountUrl",
        f"{SNOWFLAKE}.ContentColumnName",
        f"{SNOWFLAKE}.Database",
        f"{SNOWFLAKE}.MetaDataColumnName",
        f"{SNOWFLAKE}.Schema",
        f"{SNOWFLAKE}.SnowflakeRoleConfiguration.SnowflakeRole",
        f"{SNOWFLAKE}.SnowflakeVpcConfiguration.PrivateLinkVpceId",
        f"{SNOWFLAKE}.Table",
        f"{SNOWFLAKE}.User",
    ),
)


@resource(
    "AWS::KinesisFirehose::DeliveryStream",
    # AWS gives no token to go on with, so the largest page it allows is asked for; the default is 10.
    listed_by=call("firehose", "ListDeliveryStreams", Limit=10000),
    at="DeliveryStreamNames",
    id="arn:{partition}:firehose:{region}:{account}:deliverystream/{}",
    name="{}",
)
class DeliveryStream(Resource):
    """A Firehose stream."""

    source: str = facet(DESCRIBED, at="DeliveryStreamDescription.DeliveryStreamType")
    encryption: str = facet(
        DESCRIBED,
        at="DeliveryStreamDescription.DeliveryStreamEncryptionConfiguration.Status",
        absent={NOT_IN_ANSWER: "DISABLED"},
        why="the server-side encryption configuration for the stream; one that never had any shows none",
    )
