"""What was written back to Security Hub: noted before it is sent, so that it can be taken back whatever happens."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec
import sqlalchemy as sa

from ishigaki.core.writeback import UNDONE, Key, Written
from ishigaki.store.schema import HUB_WRITES
from ishigaki.store.transactions import insert, reading, writing


class Writebacks:
    """The last write to each of Security Hub's findings, in a store's database."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def all(self) -> Mapping[Key, Written]:
        """What has been written and not taken back."""
        with reading(self._engine) as connection:
            rows = connection.execute(sa.select(HUB_WRITES).where(HUB_WRITES.c.state != UNDONE))
            found = [Written(**row) for row in rows.mappings()]
        return {each.key: each for each in found}

    def note(self, writes: Iterable[Written]) -> None:
        """Note what is sent, or what has become of it."""
        rows = [msgspec.structs.asdict(each) for each in writes]
        if not rows:
            return
        with writing(self._engine) as connection:
            statement = insert(connection, HUB_WRITES)
            keys = list(HUB_WRITES.primary_key.columns)
            rest = {c.name: statement.excluded[c.name] for c in HUB_WRITES.columns if c not in keys}
            connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=rest), rows)

    def forget(self, writes: Iterable[Written], before: Mapping[Key, Written]) -> None:
        """What was noted and surely not taken is as it was before."""
        gone = [each for each in writes if each.key not in before]
        with writing(self._engine) as connection:
            for each in gone:
                same = (HUB_WRITES.c.product == each.product) & (HUB_WRITES.c.id == each.id)
                connection.execute(HUB_WRITES.delete().where(same))
        self.note(before[each.key] for each in writes if each.key in before)
