"""The baseline: looked at, planned, checked, discovered. Only carrying out its plan changes anything."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path

import msgspec

from ishigaki.aws.access import Access
from ishigaki.baselines import items
from ishigaki.baselines.desired import NONE, Baseline, parse, profile, resolve
from ishigaki.core.change import Note
from ishigaki.core.estate import Account, Estate
from ishigaki.core.plan import Caps, Plan
from ishigaki.core.remediation import Around
from ishigaki.core.usage import UsageError
from ishigaki.flows.planning import Wishes, make_plan
from ishigaki.flows.scan import Progress, scan
from ishigaki.services import remediations
from ishigaki.standards.choice import Ask, ask_for
from ishigaki.store.snapshots import ScanHeader, Snapshots
from ishigaki.texts import Language, message

# A new account's baseline is many changes, and they are what was asked for.
CAPS = Caps(changes=1_000, share=1.0)
BLIND = ("not_seen", "remediation_error")


class State(msgspec.Struct, frozen=True):
    """How one item stands in one account: `holds`, `differs` (with so many changes), `person` (left to somebody),
    or `unseen`."""

    account: str
    item: str
    state: str
    changes: int = 0
    notes: tuple[Note, ...] = ()


def read(path: Path) -> Baseline:
    """The baseline file. Raises `UsageError`."""
    if not path.is_file():
        raise UsageError("baseline_missing", file=str(path))
    return parse(path.read_text(encoding="utf-8"), file=str(path))


def asked_of(names: Iterable[str]) -> Ask:
    """What has to be looked at for these items, and the controls that they serve."""
    planned = [items()[n] for n in names]
    mended = {r.name for r in planned}
    return ask_for(planned, [c for c, r in remediations().items() if r.name in mended])


def look(
    access: Access,
    accounts: Sequence[Account],
    *,
    folder: Path,
    now: datetime,
    watch: Callable[[Progress], None] = lambda _: None,
) -> tuple[ScanHeader, Ask]:
    """Look at everything that the baseline is about."""
    asked = asked_of(items())
    return scan(access, accounts, asked, folder=folder, now=now, watch=watch).header, asked


def plan(
    baseline: Baseline,
    folder: Path,
    header: ScanHeader,
    asked: Ask,
    *,
    estate: Estate | None,
    now: datetime,
    wishes: Wishes,
) -> Plan:
    """What would bring the accounts to their baseline."""
    wishes = msgspec.structs.replace(wishes, purpose="baseline", caps=CAPS)
    return make_plan(
        Snapshots(folder),
        header,
        asked,
        estate=estate,
        now=now,
        wishes=wishes,
        items=lambda around: [r.item for r in resolve(baseline, around)],
    )


def states(baseline: Baseline, made: Plan) -> list[State]:
    """How every item stands in every account that was seen."""
    return states_of(made, lambda around: [r.item.name for r in resolve(baseline, around)])


def states_of(made: Plan, named: Callable[[Around], Iterable[str]]) -> list[State]:
    """How the items that are named of each account stand by a plan."""
    changes: Counter[tuple[str, str]] = Counter((c.account, c.item) for c in made.changes)
    left: dict[tuple[str, str], list[Note]] = {}
    for each in made.left:
        left.setdefault((each.account, each.item), []).append(each.note)
    return [
        _state(around.account, name, changes[around.account, name], left.get((around.account, name), []))
        for around in made.around.values()
        for name in named(around)
    ]


def _state(account: str, item: str, changes: int, left: Sequence[Note]) -> State:
    notes = tuple({(n.code, str(n.facts)): n for n in left}.values())
    if any(n.code in BLIND for n in left):
        return State(account, item, "unseen", changes, notes)
    if changes:
        return State(account, item, "differs", changes, notes)
    return State(account, item, "person" if left else "holds", 0, notes)


def discover(
    folder: Path,
    header: ScanHeader,
    asked: Ask,
    *,
    estate: Estate | None,
    now: datetime,
    wishes: Wishes,
    from_profile: str = "standard",
    language: Language = "en",
) -> tuple[str, list[State]]:
    """A baseline file that plans nothing on the accounts as they are: it names the items that hold everywhere; what
    does not yet is there as a comment, to be raised step by step."""
    whole = Baseline(profile=from_profile)
    made = plan(whole, folder, header, asked, estate=estate, now=now, wishes=wishes)
    found = states(whole, made)
    by_item: dict[str, list[State]] = {}
    for state in found:
        by_item.setdefault(state.item, []).append(state)
    lines = [
        HEAD[language].format(scan=header.id, at=f"{header.at:%Y-%m-%d %H:%M} UTC", profile=from_profile)
    ]
    lines.append(f'profile = "{NONE}"\n')
    for item, several in by_item.items():
        lines.append(_discovered(item, several, from_profile, language))
    return "\n".join(lines), found


HEAD = {
    "en": """\
# The baseline as `ishigaki baseline discover` found it in scan {scan} ({at}).
# It plans no change: it names what already holds. Raise it step by step by taking away a "#",
# or set profile = "{profile}" to want all of it. What is not named is not managed and never deleted.
""",
    "ja": """\
# スキャン {scan} ({at}) をもとに `ishigaki baseline discover` が作成したベースラインです。
# すでに満たしている項目だけを有効にしているため、このままでは何も変更されません。行頭の "#" を外すと 1 項目ずつ
# 引き上げられます。すべて適用する場合は profile = "{profile}" とします。書かれていない項目は管理せず、削除もしません。
""",
}
NOT_YET = {"en": "not yet", "ja": "未対応"}


def _discovered(item: str, several: Sequence[State], from_profile: str, language: Language) -> str:
    entry = profile(from_profile)[item]
    values = [f"{k} = {_toml(v)}" for k, v in entry.items() if k not in ("source", "on")]
    body = [f"[items.{item}]", *values]
    source = f"# {entry['source'][language]}"
    if all(s.state == "holds" for s in several):
        return "\n".join([source, *body, ""])
    wrong = [
        f"{s.account}: {message(f'baseline_{s.state}', language, count=s.changes)}"
        for s in several
        if s.state != "holds"
    ]
    said = f"# {NOT_YET[language]}: {', '.join(wrong[:5])}{' …' if len(wrong) > 5 else ''}"
    return "\n".join([source, said, *(f"# {line}" for line in body), ""])


def _toml(value: object) -> str:
    return msgspec.json.encode(value).decode()
