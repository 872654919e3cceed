"""Keys kept out of code, by the command: real repositories, every form of output, and not one secret in any of it."""

from __future__ import annotations

import json
import os
import random
import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ishigaki.cli.language import CHOSEN
from ishigaki.source import files, git
from tests.cli.shell import ishigaki
from tests.source import kept_scan, planted
from tests.source.corpus import look_alikes, planted_in
from tests.source.kept_scan import Person
from tests.source.planted import Key

ROOT = Path(__file__).parents[2]
OURS, OTHER = "111122223333", "444455556666"
Run = Callable[..., tuple[int, str, str]]
CLEAN = {k: v for k, v in os.environ.items() if not k.startswith(("GIT_", "AWS_"))}


def shell(*words: str) -> str:
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout


def commit(message: str, *, day: int = 1) -> str:
    os.environ["GIT_AUTHOR_DATE"] = os.environ["GIT_COMMITTER_DATE"] = f"2026-11-{day:02}T09:00:00+09:00"
    shell("git", "add", "-A")
    shell("git", "commit", "-q", "--allow-empty", "-m", message)
    return shell("git", "rev-parse", "HEAD").strip()


@pytest.fixture(scope="session")
def rules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the engine keeps its compiled rules, so that it compiles them once."""
    return tmp_path_factory.mktemp("rules")


@pytest.fixture(autouse=True)
def repository(tmp_path: Path, rules: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty repository to work in, apart from whatever git is told on this machine."""
    home = tmp_path / "home"
    home.mkdir()
    here = tmp_path / "repository"
    here.mkdir()
    for name in set(os.environ) - set(CLEAN):
        monkeypatch.delenv(name, raising=False)
    for name in ("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"):
        monkeypatch.setenv(name, "2026-11-01T09:00:00+09:00")
    alone = {"HOME": str(home), "GIT_CONFIG_NOSYSTEM": "1", "KF_RULE_CACHE_DIR": str(rules)}
    for name, value in {**alone, "LANG": "en_US.UTF-8", "COLUMNS": "100"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(here)
    CHOSEN.set(None)
    shell("git", "init", "-q", "-b", "main")
    shell("git", "config", "user.email", "sato@example.com")
    shell("git", "config", "user.name", "Sato")
    yield here
    CHOSEN.set(None)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    def start(*words: str) -> tuple[int, str, str]:
        code = ishigaki(monkeypatch, "secrets", *words)
        said = capsys.readouterr()
        return code, said.out, said.err

    return start


def told(run: Run, *words: str) -> tuple[int, dict[str, Any]]:
    code, out, _ = run("scan", "--no-engine", "--format", "json", *words)
    return code, json.loads(out)


def env(key: Key) -> str:
    return f"AWS_ACCESS_KEY_ID={key.id}\nAWS_SECRET_ACCESS_KEY={key.secret}\n"


@pytest.fixture
def key() -> Key:
    return planted.long_term(random.Random(11), OURS)


def test_a_clean_folder_is_clean(run: Run, repository: Path) -> None:
    (repository / "a.py").write_text("print(1)\n", encoding="utf-8")
    code, out, _ = run("scan")
    assert code == 0
    assert out == "No secrets found in 1 file.\n"


def test_files_are_read_as_git_takes_them(run: Run, repository: Path, key: Key) -> None:
    (repository / ".gitignore").write_text(".env\nbuild/\n", encoding="utf-8")
    (repository / ".env").write_text(env(key), encoding="utf-8")
    (repository / "build").mkdir()
    (repository / "build" / "x.env").write_text(env(key), encoding="utf-8")
    assert told(run)[0] == 0
    code, found = told(run, "--ignored")
    assert code == 1
    assert [(s["path"], s["line"], s["column"]) for s in found["secrets"]] == [
        (".env", 2, 23),
        ("build/x.env", 2, 23),
    ]
    assert told(run, ".env")[0] == 1


def test_links_loops_binaries_and_wide_text(run: Run, repository: Path, key: Key) -> None:
    (repository / "loop").symlink_to(repository)
    (repository / "dangling").symlink_to("nowhere")
    (repository / "picture.bin").write_bytes(b"\0\1" + env(key).encode())
    (repository / "windows.env").write_bytes(env(key).encode("utf-16"))
    (repository / "latin.env").write_bytes("# Schlüssel\n".encode("latin-1") + env(key).encode())
    os.mkfifo(repository / "pipe")
    for words in ((), ("--ignored",)):
        code, found = told(run, *words)
        assert (code, found["binary"]) == (1, 1)
        assert sorted({s["path"] for s in found["secrets"]}) == ["latin.env", "windows.env"]


def test_what_cannot_be_read_is_named_and_the_view_is_incomplete(
    run: Run, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (repository / "locked.txt").write_text("a\n", encoding="utf-8")
    whole = Path.open

    def locked(path: Path, *arguments: Any, **named: Any) -> Any:
        if path.name == "locked.txt":
            raise PermissionError(13, "Permission denied", str(path))
        return whole(path, *arguments, **named)

    monkeypatch.setattr(Path, "open", locked)
    code, out, _ = run("scan", "--no-engine")
    assert code == 3
    assert "Not read: locked.txt (Permission denied)" in out
    code, found = told(run)
    assert found["unread"][0]["path"] == "locked.txt"


def test_a_folder_that_cannot_be_listed_is_named(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(path: str) -> Any:
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr(os, "scandir", denied)
    (unread,) = files.documents(repository / ".git", root=repository, ignored=True)
    assert getattr(unread, "why", "") == "Permission denied"


def test_the_index_is_looked_at_and_not_the_work_tree(run: Run, repository: Path, key: Key) -> None:
    file = repository / "app.env"
    file.write_text(env(key), encoding="utf-8")
    shell("git", "add", "app.env")
    file.write_text("clean\n", encoding="utf-8")
    code, found = told(run, "--staged")
    assert (code, [s["key_id"] for s in found["secrets"]]) == (1, [key.id])
    shell("git", "add", "app.env")
    file.write_text(env(key), encoding="utf-8")
    assert told(run, "--staged")[0] == 0


def test_a_commit_answers_for_what_it_brings(run: Run, repository: Path, key: Key) -> None:
    file, new = repository / "app.env", planted.long_term(random.Random(12), OTHER)
    file.write_text(env(key), encoding="utf-8")
    commit("a key that slipped through")
    file.write_text(env(key) + "TZ=Asia/Tokyo\n", encoding="utf-8")
    shell("git", "add", "-A")
    code, found = told(run, "--staged")
    assert (code, found["before"]) == (0, 1)
    file.write_text(env(key) + env(new), encoding="utf-8")
    shell("git", "add", "-A")
    code, found = told(run, "--staged")
    assert (code, [s["key_id"] for s in found["secrets"]]) == (1, [new.id])
    (repository / "copy.env").write_text(env(key), encoding="utf-8")
    shell("git", "add", "-A")
    assert {s["path"] for s in told(run, "--staged")[1]["secrets"]} == {"app.env", "copy.env"}


def test_a_path_may_have_any_name(run: Run, repository: Path, key: Key) -> None:
    name = 'odd "name"\twith\n日本語 \x1b[31m.env'
    (repository / name).write_text(env(key), encoding="utf-8")
    assert told(run)[1]["secrets"][0]["path"] == name
    shell("git", "add", "-A")
    assert told(run, "--staged")[1]["secrets"][0]["path"] == name
    commit("odd")
    assert told(run, "--history")[1]["secrets"][0]["path"] == name
    assert "\x1b" not in run("scan", "--no-engine")[1]


def test_history_tells_each_secret_once_with_its_first_commit(run: Run, repository: Path, key: Key) -> None:
    commit("begin", day=1)
    file = repository / "old.env"
    file.write_text(env(key), encoding="utf-8")
    first = commit("a key", day=2)
    file.write_text("# moved\n" + env(key), encoding="utf-8")
    commit("moved", day=3)
    file.unlink()
    (repository / "new.env").write_text(f"id is {key.id}\n", encoding="utf-8")
    commit("only the id stays", day=4)
    shell("git", "checkout", "-q", "-b", "side")
    second = planted.long_term(random.Random(13), OTHER)
    (repository / "side.env").write_text(env(second), encoding="utf-8")
    side = commit("on a branch", day=5)
    shell("git", "checkout", "-q", "main")
    code, found = told(run, "--history")
    assert code == 1
    by_key = {s["key_id"]: s for s in found["secrets"]}
    assert len(found["secrets"]) == 2
    assert (by_key[key.id]["path"], by_key[key.id]["commit"]) == ("old.env", first)
    assert by_key[key.id]["authored"] == "2026-11-02T09:00:00+09:00"
    assert (by_key[second.id]["commit"], by_key[second.id]["line"]) == (side, 2)


def test_a_key_that_came_in_by_a_merge_itself_is_told_with_it(run: Run, repository: Path, key: Key) -> None:
    commit("begin", day=1)
    shell("git", "checkout", "-q", "-b", "side")
    commit("side", day=2)
    shell("git", "checkout", "-q", "main")
    commit("main", day=3)
    shell("git", "merge", "-q", "--no-ff", "--no-commit", "side")
    (repository / "merged.env").write_text(env(key), encoding="utf-8")
    merge = commit("merge", day=4)
    (secret,) = told(run, "--history")[1]["secrets"]
    assert (secret["commit"], secret["path"]) == (merge, "merged.env")


def test_a_shallow_clone_is_incomplete(run: Run, repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    commit("one")
    commit("two")
    shell("git", "clone", "-q", "--depth", "1", f"file://{repository}", "../shallow")
    monkeypatch.chdir("../shallow")
    code, out, _ = run("scan", "--history", "--no-engine")
    assert code == 3
    assert "git fetch --unshallow" in out


def test_outside_a_repository_files_are_read_and_git_is_asked_for(
    run: Run, tmp_path: Path, key: Key, monkeypatch: pytest.MonkeyPatch
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "a.env").write_text(env(key), encoding="utf-8")
    monkeypatch.chdir(outside)
    assert told(run)[0] == 1
    for words in (("--staged",), ("--history",)):
        code, out, err = run("scan", *words)
        assert (code, out) == (2, "")
        assert "not a git repository" in err
    assert run("scan", "--staged", "--history")[0] == 2
    monkeypatch.setenv("PATH", str(outside))
    code, _, err = run("scan", "--staged")
    assert code == 2
    assert "git is not installed" in err


def test_nothing_that_a_repository_configures_is_run(run: Run, repository: Path) -> None:
    trap = repository / "trap.sh"
    trap.write_text(f"#!/bin/sh\ntouch {repository}/sprung\n", encoding="utf-8")
    trap.chmod(0o755)
    (repository / ".gitattributes").write_text("* diff=trap filter=trap\n", encoding="utf-8")
    (repository / "a.txt").write_text("a\n", encoding="utf-8")
    commit("bait")
    for name in (
        "core.fsmonitor",
        "diff.external",
        "diff.trap.textconv",
        "diff.trap.command",
        "filter.trap.smudge",
    ):
        shell("git", "config", name, str(trap))
    (repository / "a.txt").write_text("b\n", encoding="utf-8")
    for words in ((), ("--staged",), ("--history",)):
        assert told(run, *words)[0] == 0
    assert not (repository / "sprung").exists()


@pytest.fixture
def inventory(repository: Path, key: Key) -> dict[str, Key]:
    """An estate of three accounts and one that is nobody's, and a kept scan of two of them."""
    rng = random.Random(21)
    keys = {
        "active": key,
        "inactive": planted.long_term(rng, OURS),
        "gone": planted.long_term(rng, OURS),
        "session": planted.session(rng, OURS),
        "closed": planted.long_term(rng, OTHER),
        "unscanned": planted.long_term(rng, "123456789012"),
        "foreign": planted.long_term(rng, "999999999999"),
    }
    people = (
        Person("deploy", {keys["active"].id: "Active", keys["inactive"].id: "Inactive"}, administrator=True),
        Person("tickets"),
    )
    kept_scan.keep(repository / ".ishigaki", {OURS: people, OTHER: None}, a111122223333="shop-prod")
    accounts = "".join(f'[[accounts]]\nid = "{a}"\n' for a in (OURS, OTHER, "123456789012"))
    (repository / "estate.toml").write_text(accounts, encoding="utf-8")
    (repository / ".gitignore").write_text(".ishigaki/\n", encoding="utf-8")
    for name, each in keys.items():
        (repository / f"{name}.env").write_text(env(each), encoding="utf-8")
    bedrock = planted.bedrock_long(rng, OURS, user="tickets")
    (repository / "bedrock.env").write_text(f"AWS_BEARER_TOKEN_BEDROCK={bedrock}\n", encoding="utf-8")
    return keys


def test_it_says_whose_a_key_is_and_what_it_can_do(run: Run, inventory: dict[str, Key]) -> None:
    code, found = told(run)
    assert code == 1
    by_path = {s["path"].removesuffix(".env"): s for s in found["secrets"]}
    standing = {name: s["whose"]["standing"] for name, s in by_path.items()}
    assert standing == {
        "active": "ours",
        "inactive": "ours",
        "gone": "not_listed",
        "session": "session",
        "closed": "unseen",
        "unscanned": "unseen",
        "foreign": "not_ours",
        "bedrock": "ours",
    }
    whose = by_path["active"]["whose"]
    assert (whose["name"], whose["user"], whose["active"]) == ("shop-prod", "deploy", True)
    facts = {f["name"]: f["value"] for f in whose["facts"]}
    assert facts["administrator"] == ["AdministratorAccess"]
    assert facts["key_used"].startswith("2026-11-19")
    assert by_path["inactive"]["whose"]["active"] is False
    assert by_path["closed"]["whose"]["why"] == "AccessDenied"
    first = {name: "{en} {command}".format(**s["steps"][0]) for name, s in by_path.items()}
    assert (
        f"update-access-key --access-key-id {inventory['active'].id} --status Inactive --user-name deploy"
        in first["active"]
    )
    assert "delete-access-key" in first["inactive"]
    assert "IAM.4" in first["gone"]
    assert "ends by itself" in first["session"]
    assert "999999999999" in first["foreign"]
    assert "--user-name tickets" in first["bedrock"]
    assert f"ishigaki incident {inventory['active'].id}" == by_path["active"]["steps"][1]["command"]


def test_a_key_of_the_old_form_is_looked_up_in_every_account(run: Run, repository: Path) -> None:
    old = "AKIAJ" + planted.key_id(random.Random(5), OURS)[5:]
    kept_scan.keep(repository / ".ishigaki", {OTHER: (), OURS: (Person("old", {old: "Active"}),)})
    (repository / "a.txt").write_text(f"key {old}\nand AKIAI{old[5:-1]}2\n", encoding="utf-8")
    one, two = told(run)[1]["secrets"]
    assert (one["whose"]["standing"], one["whose"]["account"]) == ("ours", OURS)
    assert two["whose"]["standing"] == "no_account"


def test_without_a_scan_or_an_estate_nothing_is_claimed(run: Run, repository: Path, key: Key) -> None:
    (repository / "a.env").write_text(env(key), encoding="utf-8")
    (secret,) = told(run)[1]["secrets"]
    assert (secret["account"], secret["whose"]["standing"]) == (OURS, "untold")
    assert not (repository / ".ishigaki").exists()


def test_what_is_allowed_stays_until_its_day(run: Run, repository: Path, key: Key) -> None:
    (repository / "a.env").write_text(env(key), encoding="utf-8")
    print_ = told(run)[1]["secrets"][0]["fingerprint"]
    code, out, _ = run("allow", print_, "--reason", "a key of the emulator", "--days", "30")
    assert code == 0
    assert "secrets.toml" in out
    text = (repository / "secrets.toml").read_text(encoding="utf-8")
    assert 'owner = "sato@example.com"' in text
    assert key.secret not in text
    code, found = told(run)
    assert (code, found["secrets"], found["allowed"][0]["entry"]["reason"]) == (
        0,
        [],
        "a key of the emulator",
    )
    assert run("allow", print_, "--reason", "again")[0] == 2
    shell("git", "add", "-A")
    assert told(run, "--staged")[0] == 0
    commit("allowed")
    assert told(run, "--history")[0] == 0
    expired = re.sub(r"expires = .*", "expires = 2026-01-31", text)
    (repository / "secrets.toml").write_text(expired, encoding="utf-8")
    code, out, _ = run("scan", "--no-engine")
    assert code == 1
    assert f"Expired in the allow list, so it counts again: {print_} (until 2026-01-31" in " ".join(
        out.split()
    )


def test_the_secret_itself_is_never_taken_for_a_fingerprint(run: Run, repository: Path, key: Key) -> None:
    code, out, err = run("allow", key.secret, "--reason", "oops")
    assert code == 2
    assert key.secret not in out + err
    assert not (repository / "secrets.toml").exists()
    assert run("allow", "--reason", "what?")[0] == 2
    assert run("allow", "--rule", "x", "--reason", "what?")[0] == 2
    assert run("scan", "--allow-list", "none.toml")[0] == 2


def test_a_rule_may_be_allowed_in_a_path(run: Run, repository: Path, key: Key) -> None:
    (repository / "fixtures").mkdir()
    (repository / "fixtures" / "a.env").write_text(env(key), encoding="utf-8")
    words = ("allow", "--rule", "aws-access-key", "--path", "fixtures/*", "--reason", "made up")
    assert run(*words)[0] == 0
    assert told(run)[0] == 0
    os.chdir("fixtures")
    assert told(run, ".")[0] == 0


@pytest.mark.parametrize("kind", [(), ("--staged",), ("--history",)])
def test_no_secret_is_printed_or_kept(run: Run, repository: Path, kind: tuple[str, ...]) -> None:
    """The law of this command: whatever it finds, in whatever form it says so, the secret is not in it."""
    rng = random.Random(31)
    secrets: set[str] = set()
    for number, sample in enumerate([*planted_in(rng), *look_alikes(rng)]):
        folder = repository / f"s{number}"
        folder.mkdir()
        (folder / sample.path).write_text(sample.text, encoding="utf-8", newline="")
        secrets |= {
            text for spelled in sample.keys for text in spelled if not text.startswith(("AKIA", "ASIA"))
        }
    token = f"ghp_{planted.words(rng, 36)}"
    (repository / "token.py").write_text(f'T = "{token}"\n', encoding="utf-8")
    secrets.add(token)
    shell("git", "add", "-f", "-A")
    if kind == ("--history",):
        commit("all of it")
    before = {p for p in repository.rglob("*") if ".git" not in p.parts}
    for form, language in (("table", "en"), ("table", "ja"), ("json", "en"), ("sarif", "en")):
        code, out, err = run("scan", *kind, "--format", form, "--lang", language)
        assert code == 1, err
        assert "AWS" in out
        assert not [s for s in secrets if s[:20] in out + err]
    assert {p for p in repository.rglob("*") if ".git" not in p.parts} == before


def test_the_hook_stops_a_commit(repository: Path, key: Key) -> None:
    """As pre-commit would: the entry of the hook's file, run by git in a real commit."""
    lines = (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8").splitlines()
    hook = dict(line.lstrip("- ").split(": ", 1) for line in lines)
    assert (hook["id"], hook["pass_filenames"]) == ("ishigaki-secrets", "false")
    program, *words = shlex.split(hook["entry"])
    assert program == "ishigaki"
    start = f"{shlex.quote(sys.executable)} -c 'from ishigaki.cli.main import run; run()'"
    guard = repository / ".git" / "hooks" / "pre-commit"
    guard.write_text(f"#!/bin/sh\nexec {start} {shlex.join(words)}\n", encoding="utf-8")
    guard.chmod(0o755)
    (repository / "a.env").write_text(env(key), encoding="utf-8")
    shell("git", "add", "-A")
    stopped = subprocess.run(["git", "commit", "-m", "oops"], capture_output=True, text=True, check=False)
    assert stopped.returncode == 1
    assert key.id in stopped.stdout + stopped.stderr
    assert key.secret not in stopped.stdout + stopped.stderr
    (repository / "a.env").write_text("nothing\n", encoding="utf-8")
    (repository / "b.env").write_text(env(key), encoding="utf-8")
    shell("git", "commit", "-m", "only what is clean", "a.env")
    assert git.required_top(repository) == repository.resolve()


def test_the_document_goes_to_a_file(run: Run, repository: Path, key: Key) -> None:
    (repository / "a.env").write_text(env(key), encoding="utf-8")
    code, out, _ = run("scan", "--format", "sarif", "--out", "out.sarif")
    assert code == 1
    assert "out.sarif" in out
    assert json.loads((repository / "out.sarif").read_text(encoding="utf-8"))["version"] == "2.1.0"
    assert run("scan", "--out", "no/such/file")[0] == 2
