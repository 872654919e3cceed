"""Messages: goldens as people read them, and what holds for every message."""

from __future__ import annotations

import pytest

from ishigaki.report.message import as_text
from ishigaki.texts import LANGUAGES, Language
from tests.report import golden
from tests.report.notices import examples, message


@pytest.fixture(autouse=True)
def words() -> None:
    """Messages are read with the words that controls really have."""


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", examples("en"))
def test_a_message_reads_as_it_did(name: str, language: Language) -> None:
    golden.check(
        f"../golden_messages/{name}.{language}.txt", as_text(message(examples(language)[name], language))
    )
