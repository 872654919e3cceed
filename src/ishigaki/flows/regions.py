"""Which controls Security Hub does not offer in a Region: asked of AWS, and kept as data."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from ishigaki.aws.access import Access
from ishigaki.core.answer import Answer
from ishigaki.core.call import call
from ishigaki.store.offers import Offers

DEFINITIONS = call("securityhub", "ListSecurityControlDefinitions", MaxResults=100)


def ask(access: Access, regions: Iterable[str], *, now: datetime) -> tuple[Offers, dict[str, str]]:
    """What Security Hub says in each Region of the caller's own account, and why a Region did not answer.

    It is the same for every account of a partition, so one that has Security Hub on is enough.
    """
    perform = access.performing(access.enter(access.caller(), None))
    wanted = list(regions)

    def asked(region: str) -> Answer:
        return perform(DEFINITIONS.filled({}, region=region))

    with ThreadPoolExecutor(max_workers=8, thread_name_prefix="regions") as pool:
        answers = dict(zip(wanted, pool.map(asked, wanted), strict=True))
    missing = {r: _missing(a) for r, a in answers.items() if not a.error}
    return Offers(now, missing), {r: a.error for r, a in answers.items() if a.error}


def _missing(answer: Answer) -> tuple[str, ...]:
    rows = (row for page in answer.pages for row in page.get("SecurityControlDefinitions", ()))
    return tuple(
        sorted(r["SecurityControlId"] for r in rows if r.get("CurrentRegionAvailability") == "UNAVAILABLE")
    )
