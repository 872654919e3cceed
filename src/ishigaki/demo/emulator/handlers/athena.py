"""Athena: the data catalog that every account has."""

from collections.abc import Mapping

from ishigaki.demo.emulator.state import Answer, Context, Handler, Params

AWS_CATALOG = {"CatalogName": "AwsDataCatalog", "Type": "GLUE"}


def list_catalogs(context: Context, _: Params) -> Answer:
    """ListDataCatalogs: AWS's own first."""
    found = context.moto().get("DataCatalogsSummary", [])
    return {"DataCatalogsSummary": [AWS_CATALOG, *found]}


HANDLERS: Mapping[str, Handler] = {"ListDataCatalogs": list_catalogs}
