"""L5: every control and every fault has its words, in English and Japanese, with the same blanks."""

from __future__ import annotations

import re
import string

import pytest

from ishigaki.core.control import EXAMPLE_NOW, Control
from ishigaki.core.evaluate import judge_example
from ishigaki.texts import LANGUAGES, control_text, fault_text
from tests.laws.declarations import CONTROLS

SAID = ("why", "judged", "fix", "breaks")


@pytest.mark.parametrize("control", CONTROLS, ids=lambda c: c.id)
def test_a_control_says_why_how_and_what_to_do(control: Control) -> None:
    text = control_text(control.id)
    for part in SAID:
        for language in LANGUAGES:
            words = getattr(text, part)[language]
            assert len(words) > 10, f"{part}.{language}"
            assert not re.search(r"TODO|して下さい|既定|静止時|ホワイトリスト", words)
        assert re.search(r"[ぁ-んァ-ヶ一-龠]", getattr(text, part)["ja"]), f"{part}.ja is not Japanese"
    assert 0 < text.minutes <= 480


@pytest.mark.parametrize("control", CONTROLS, ids=lambda c: c.id)
def test_a_fault_has_words_with_its_facts(control: Control) -> None:
    words = control_text(control.id).fault
    met: set[str] = set()
    for example in control.examples:
        finding = judge_example(control, example, now=EXAMPLE_NOW)
        for fault in finding.faults if finding else ():
            met.add(fault.code)
            for language in LANGUAGES:
                blanks = {b for _, b, _, _ in string.Formatter().parse(words[fault.code][language]) if b}
                assert blanks == fault.facts.keys(), f"{fault.code}.{language}"
                assert fault_text(control.id, fault, language)
    assert met == words.keys() - {"none_exists"}, "texts of faults that no example shows"
