"""How much of what was planted a detector finds, and how much of what it finds was planted."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from ishigaki.core.keyforms import Found, found
from ishigaki.source.engine import finder
from tests.source.corpus import Sample, look_alikes, others, planted_in
from tests.source.more_ways import more

Find = Callable[[str, str], Iterable[Found]]


class Measured(NamedTuple):
    """Of so many planted keys so many were hit; of what was found so much is right. `trouble`: what was missed or
    wrongly found, by sample."""

    what: str
    planted: int
    hit: int
    found: int
    right: int
    trouble: Counter[str]

    @property
    def recall(self) -> float:
        return self.hit / self.planted

    @property
    def precision(self) -> float:
        return self.right / max(1, self.found)

    def __str__(self) -> str:
        return (
            f"{self.what}: recall {self.hit}/{self.planted} = {self.recall:.3f}, "
            f"precision {self.right}/{self.found} = {self.precision:.3f}"
        )


def own(_: str, text: str) -> list[Found]:
    """The detector of AWS's keys."""
    return found(text)


def measure(what: str, find: Find, samples: Iterable[Sample]) -> Measured:
    """A detector on samples."""
    planted = hit = right = everything = 0
    trouble: Counter[str] = Counter()
    for sample in samples:
        texts = [each.text for each in find(sample.path, sample.text)]
        planted, everything = planted + len(sample.keys), everything + len(texts)
        for key in sample.keys:
            met = any(t in spelled or spelled in t for t in texts for spelled in key)
            hit += met
            trouble[sample.name] += not met
        for text in texts:
            known = any(text in spelled or spelled in text for key in sample.keys for spelled in key)
            right += known
            trouble[sample.name] += not known
    return Measured(what, planted, hit, everything, right, +trouble)


def every(make: Callable[[random.Random], Iterable[Sample]], times: int) -> list[Sample]:
    """Samples so many times over, each time with other keys."""
    return [sample for seed in range(times) for sample in make(random.Random(seed))]


def measures(times: int) -> Iterator[Measured]:
    """The detector on what it was made for and on what was held out, and the engine on other makers' secrets; all beside
    look-alikes."""
    yield measure("aws", own, every(lambda rng: [*planted_in(rng), *look_alikes(rng)], times))
    yield measure("aws_held_out", own, every(more, times))
    yield measure("others", finder(), every(lambda rng: [*others(rng), *look_alikes(rng)], times))
