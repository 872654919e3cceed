"""CloudTrail: selectors to which something is added, as AWS writes them. PutEventSelectors replaces all of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ishigaki.core.call import Call, call
from ishigaki.services.cloudtrail.resources import Trail

MOST = 5  # basic selectors that a trail may have
KINDS = ("AdvancedEventSelectors", "EventSelectors")  # a trail has the ones or the others

Document = Mapping[str, Any]


def is_full(document: Document) -> bool:
    return len(document.get("EventSelectors") or ()) >= MOST


def with_management_events(document: Document) -> Document:
    """The selectors and one more, for every management event."""
    return _with(
        document,
        basic={"ReadWriteType": "All", "IncludeManagementEvents": True, "DataResources": []},
        advanced={
            "Name": "All management events",
            "FieldSelectors": [_equals("eventCategory", "Management")],
        },
    )


def with_object_events(document: Document, *, read: bool, partition: str) -> Document:
    """The selectors and one more, for the reads or the writes of all objects of all buckets."""
    everything = {"Type": "AWS::S3::Object", "Values": [f"arn:{partition}:s3"]}
    return _with(
        document,
        basic={
            "ReadWriteType": "ReadOnly" if read else "WriteOnly",
            "IncludeManagementEvents": False,
            "DataResources": [everything],
        },
        advanced={
            "Name": f"{'Reads' if read else 'Writes'} of S3 objects",
            "FieldSelectors": [
                _equals("eventCategory", "Data"),
                _equals("resources.type", "AWS::S3::Object"),
                _equals("readOnly", str(read).lower()),
            ],
        },
    )


def put(trail: Trail, document: Document) -> Call:
    chosen = {kind: document[kind] for kind in KINDS if document.get(kind)}
    return call("cloudtrail", "PutEventSelectors", TrailName=trail.id, **chosen)


def _with(document: Document, *, basic: Document, advanced: Document) -> Document:
    kind, added = (
        ("AdvancedEventSelectors", advanced)
        if document.get("AdvancedEventSelectors")
        else ("EventSelectors", {**basic, "ExcludeManagementEventSources": []})
    )
    return {**document, kind: [*(document.get(kind) or ()), added]}


def _equals(field: str, value: str) -> Document:
    return {"Field": field, "Equals": [value]}
