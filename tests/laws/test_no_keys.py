"""No key lies in this repository, by the detector that it ships: what tests need of keys is made when they run."""

from __future__ import annotations

from pathlib import Path

from ishigaki.flows.secrets import finding, in_files

ROOT = Path(__file__).parents[2]


def test_no_key_of_aws_lies_in_the_repository_whatever_the_allow_list_says() -> None:
    looked = in_files([ROOT], finding(), root=ROOT)
    assert not looked.unread
    assert looked.read > 1_000, "the repository was not looked through"
    assert not [f"{hit.path}:{hit.line}: {hit.rule} {hit.key_id}" for hit in looked.hits]
