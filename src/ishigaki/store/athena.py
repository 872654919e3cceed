"""The history of stock-takes as Amazon Athena reads it: one table over the files, and a view for each kind of row."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from ishigaki.core.estate import S3_PLACE
from ishigaki.core.people import VIEWS, kind_of
from ishigaki.core.usage import UsageError
from ishigaki.store.lake import FOLDER, columns

TABLE = "stocktakes"
TYPES = {
    "VARCHAR": "string",
    "BOOLEAN": "boolean",
    "INTEGER": "int",
    "TIMESTAMP": "timestamp",
    "DATE": "date",
    "VARCHAR[]": "array<string>",
    "MAP(VARCHAR, VARCHAR)": "map<string,string>",
}


def ddl(location: str, *, since: date) -> Iterator[str]:
    """The statements, to be run one by one. `location` is what `[people] history` says; partitions are not
    registered but projected, from the first date on. Dates are text there, as Athena's documentation has them.
    Raises `UsageError`.
    """
    if not re.fullmatch(S3_PLACE, location):
        raise UsageError("people_location", location=location)
    below = f"{location.rstrip('/')}/{FOLDER}/"
    fields = ",\n".join(f"  `{name}` {TYPES[kind]}" for name, kind in columns().items())
    properties = {
        "projection.enabled": "true",
        "projection.date.type": "date",
        "projection.date.format": "yyyy-MM-dd",
        "projection.date.range": f"{since.isoformat()},NOW+1DAYS",  # it may be tomorrow already east of UTC
        "projection.date.interval": "1",
        "projection.date.interval.unit": "DAYS",
        "storage.location.template": f"{below}date=${{date}}/",
    }
    told = ",\n".join(f"  '{key}' = '{value}'" for key, value in properties.items())
    yield (
        f"CREATE EXTERNAL TABLE IF NOT EXISTS {TABLE} (\n{fields}\n)\nPARTITIONED BY (`date` string)\n"
        f"STORED AS PARQUET\nLOCATION '{below}'\nTBLPROPERTIES (\n{told}\n)"
    )
    for view, kind in VIEWS.items():
        names = ", ".join(f'"{name}"' for name in ("date", *kind.__struct_fields__))
        yield (
            f"CREATE OR REPLACE VIEW {view} AS\nSELECT {names}\n"
            f"FROM {TABLE}\nWHERE \"kind\" = '{kind_of(kind)}'"
        )
