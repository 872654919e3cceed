"""Athena: what is collected."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.record import Value, member
from ishigaki.core.resource import Resource, facet, resource


class WorkGroupSettings(Value):
    publishes_metrics: bool = member(at="PublishCloudWatchMetricsEnabled")


@resource(
    "AWS::Athena::WorkGroup",
    listed_by=call("athena", "ListWorkGroups"),
    at="WorkGroups",
    id="arn:{partition}:athena:{region}:{account}:workgroup/{Name}",
    name="{Name}",
)
class WorkGroup(Resource):
    configuration: WorkGroupSettings = facet(
        call("athena", "GetWorkGroup", WorkGroup="{Name}"),
        at="WorkGroup.Configuration",
    )


@resource(
    "AWS::Athena::DataCatalog",
    listed_by=call("athena", "ListDataCatalogs"),
    # AwsDataCatalog is the account's Glue catalog, which every account has and nobody created.
    at="DataCatalogsSummary[?CatalogName!='AwsDataCatalog']",
    id="arn:{partition}:athena:{region}:{account}:datacatalog/{CatalogName}",
    name="{CatalogName}",
)
class DataCatalog(Resource):
    """A data source that somebody registered with Athena."""
