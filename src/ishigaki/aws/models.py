"""botocore's models without their documentation, which is most of what they weigh."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
from botocore.loaders import JSONFileLoader, Loader
from botocore.session import Session


class Undocumented(JSONFileLoader):  # type: ignore[misc]
    """Reads a model into plain dicts; botocore's own reader makes ordered ones and keeps every paragraph."""

    def _load_file(self, full_path: str, open_method: Callable[[str, str], BinaryIO]) -> Any:
        if not Path(full_path).is_file():
            return None
        with open_method(full_path, "rb") as file:
            model = msgspec.json.decode(file.read())
        for shape in model.get("shapes", {}).values():
            shape.pop("documentation", None)
            for member in shape.get("members", {}).values():
                member.pop("documentation", None)
        return model


def models(session: Session) -> Loader:
    """The loader of a session's models: botocore's, with a reader that keeps what calls need."""
    path = session.get_config_variable("data_path")
    return Loader(file_loader=Undocumented(), extra_search_paths=path.split(":") if path else None)
