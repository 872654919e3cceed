"""The store's database: SQLite or PostgreSQL, brought to the newest version once, and plain about what is wrong."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from ishigaki.core.usage import UsageError
from ishigaki.store import database as databases
from ishigaki.store import migrations
from ishigaki.store.database import VARIABLE, engine, opened
from ishigaki.store.migrations import steps
from ishigaki.store.schema import METADATA, SIGHTINGS, VERSION
from ishigaki.store.transactions import reading, within, writing
from tests.store.postgres import Server
from tests.store.processes import at_once

# What version 1 made, and a row of it; never to be changed.
FIRST = """
CREATE TABLE schema_version (number INTEGER NOT NULL);
CREATE TABLE sighting (
    account VARCHAR(12) NOT NULL, region VARCHAR(32) NOT NULL, control VARCHAR(48) NOT NULL,
    resource VARCHAR(1024) NOT NULL, status VARCHAR(16) NOT NULL, first_seen VARCHAR(32) NOT NULL,
    since VARCHAR(32) NOT NULL, first_failed VARCHAR(32), last_scan VARCHAR(64) NOT NULL,
    PRIMARY KEY (account, region, control, resource)
);
INSERT INTO schema_version VALUES (1);
INSERT INTO sighting VALUES (
    '111122223333', 'eu-west-1', 'S3.8', 'arn:aws:s3:::b', 'FAILED',
    '2026-01-01T00:00:00+00:00', '2026-01-02T00:00:00+00:00', NULL, 's1'
)
"""


def address(place: Path | str) -> str:
    """A place as SQLAlchemy knows it, with nothing done to it."""
    if isinstance(place, str):
        return place.replace("postgresql", "postgresql+psycopg", 1)
    place.mkdir(exist_ok=True, mode=0o700)
    return f"sqlite:///{place / 'ishigaki.db'}"


def bare(place: Path | str, *statements: str) -> sa.Engine:
    made = sa.create_engine(address(place))
    with made.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    return made


def shape(made: sa.Engine) -> Mapping[str, Any]:
    """Everything that a database tells of its tables."""
    seen = sa.inspect(made)
    return {
        table: (
            [(c["name"], str(c["type"]), c["nullable"]) for c in seen.get_columns(table)],
            seen.get_pk_constraint(table)["constrained_columns"],
            sorted(
                (sorted(f["constrained_columns"]), f["referred_table"]) for f in seen.get_foreign_keys(table)
            ),
            sorted(u["column_names"] for u in seen.get_unique_constraints(table)),
            sorted((i["name"] or "", i["column_names"], bool(i["unique"])) for i in seen.get_indexes(table)),
        )
        for table in seen.get_table_names()
    }


def mistake(place: Path | str) -> UsageError:
    with pytest.raises(UsageError) as wrong:
        engine(place)
    return wrong.value


def _start(place: Path | str) -> None:
    engine(place).dispose()


def test_the_steps_make_what_the_tables_say(place: Path | str, tmp_path: Path) -> None:
    walked = engine(place)
    made = shape(walked)
    walked.dispose()
    other = bare(tmp_path / "other") if isinstance(place, Path) else bare(place, "DROP SCHEMA public CASCADE")
    with other.begin() as connection:
        if isinstance(place, str):
            connection.exec_driver_sql("CREATE SCHEMA public")
        METADATA.create_all(connection)
    assert made == shape(other)
    other.dispose()


def test_a_database_of_the_first_version_comes_to_the_newest_with_its_rows(place: Path | str) -> None:
    bare(place, *FIRST.split(";")).dispose()
    made = engine(place)
    with reading(made) as connection:
        assert connection.execute(sa.select(SIGHTINGS)).one() == (
            "111122223333",
            "eu-west-1",
            "S3.8",
            "arn:aws:s3:::b",
            "FAILED",
            "2026-01-01T00:00:00+00:00",
            "2026-01-02T00:00:00+00:00",
            None,
            "s1",
        )
        numbers = connection.execute(sa.select(VERSION.c.number).order_by(VERSION.c.number)).scalars().all()
    assert numbers == list(range(1, len(steps()) + 1))
    assert sorted(shape(made)) == sorted(METADATA.tables)
    made.dispose()


def test_steps_are_numbered_without_a_gap() -> None:
    folder = Path(migrations.__file__).parent / "steps"
    assert [int(p.name[:4]) for p in sorted(folder.iterdir())] == list(range(1, len(steps()) + 1))


def test_a_step_that_fails_leaves_the_version_before_it(
    place: Path | str, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = steps()
    with monkeypatch.context() as patched:
        broken = (*whole, "CREATE TABLE half (a TEXT);\nCREATE TABLE half (a TEXT);\n")
        patched.setattr(migrations, "steps", lambda: broken)
        with pytest.raises(sa.exc.DBAPIError):
            engine(place)
    made = engine(place)
    assert sorted(shape(made)) == sorted(METADATA.tables)
    made.dispose()


def test_a_number_that_the_database_gives_grows_on_both(
    place: Path | str, monkeypatch: pytest.MonkeyPatch
) -> None:
    more = (*steps(), "CREATE TABLE line (n BIGSERIAL PRIMARY KEY, a TEXT NOT NULL);\n")
    monkeypatch.setattr(migrations, "steps", lambda: more)
    made = engine(place)
    with writing(made) as connection:
        for word in ("a", "b"):
            connection.execute(sa.text("INSERT INTO line (a) VALUES (:a)"), {"a": word})
        assert connection.execute(sa.text("SELECT n, a FROM line ORDER BY n")).all() == [(1, "a"), (2, "b")]
    made.dispose()


def test_programs_that_start_at_once_migrate_once(place: Path | str) -> None:
    assert set(at_once([(_start, (place,))] * 6)) == {0}
    made = engine(place)
    with reading(made) as connection:
        numbers = connection.execute(sa.select(VERSION.c.number)).scalars().all()
    assert sorted(numbers) == list(range(1, len(steps()) + 1))
    made.dispose()


def test_a_database_of_a_newer_program_is_refused(place: Path | str) -> None:
    made = engine(place)
    with writing(made) as connection:
        connection.execute(VERSION.insert().values(number=99))
    made.dispose()
    wrong = mistake(place)
    assert (wrong.code, wrong.facts["number"], wrong.facts["known"]) == ("database_newer", 99, len(steps()))


def test_a_reader_sees_one_moment_waits_for_nobody_and_cannot_write(database: sa.Engine) -> None:
    count = sa.select(sa.func.count()).select_from(VERSION)
    with reading(database) as reader:
        before = reader.execute(count).scalar()
        with writing(database) as writer:
            writer.execute(VERSION.insert().values(number=0))
        assert reader.execute(count).scalar() == before
        with pytest.raises(sa.exc.DBAPIError):
            reader.execute(VERSION.insert().values(number=0))
    with within(database) as connection, within(connection) as same:
        assert same is connection
        assert same.execute(count).scalar() == (before or 0) + 1


def _count_up(place: Path | str, times: int) -> None:
    made = engine(place)
    for _ in range(times):
        with writing(made) as connection:
            read: Any = connection.execute(sa.text("SELECT number FROM counter")).scalar()
            connection.execute(sa.text("UPDATE counter SET number = :n"), {"n": read + 1})
    made.dispose()


def test_what_a_writer_has_read_is_still_so_when_it_writes(place: Path | str) -> None:
    made = engine(place)
    with writing(made) as connection:
        connection.exec_driver_sql("CREATE TABLE counter (number INTEGER)")
        connection.exec_driver_sql("INSERT INTO counter VALUES (0)")
    made.dispose()
    assert set(at_once([(_count_up, (place, 25))] * 3)) == {0}
    with reading(made) as connection:
        assert connection.execute(sa.text("SELECT number FROM counter")).scalar() == 75
    made.dispose()


def test_only_the_owner_may_read_the_file(tmp_path: Path) -> None:
    old = tmp_path / "old"
    old.mkdir()
    (old / "ishigaki.db").touch(mode=0o644)
    for folder in (tmp_path / "store", old):
        made = engine(folder)
        with writing(made), reading(made):
            files = [p for p in folder.iterdir() if p.name.startswith("ishigaki.db")]
            assert len(files) == 3  # with the log of writing ahead and its index
            assert all(p.stat().st_mode & 0o777 == 0o600 for p in files)
        made.dispose()
    assert (tmp_path / "store").stat().st_mode & 0o777 == 0o700


def test_foreign_keys_hold(database: sa.Engine) -> None:
    with writing(database) as connection:
        connection.exec_driver_sql("CREATE TABLE a (id TEXT PRIMARY KEY)")
        connection.exec_driver_sql("CREATE TABLE b (a TEXT REFERENCES a (id))")
    with pytest.raises(sa.exc.IntegrityError), writing(database) as connection:
        connection.exec_driver_sql("INSERT INTO b VALUES ('none')")


def test_a_store_is_where_the_environment_says(
    tmp_path: Path, empty: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    with opened(tmp_path) as made:
        assert made.dialect.name == "sqlite"
    monkeypatch.setenv(VARIABLE, empty)
    with opened(tmp_path) as made:
        assert made.dialect.name == "postgresql"
    (tmp_path / "url").write_text(f"{empty}\n")
    monkeypatch.setenv(VARIABLE, f"file:{tmp_path / 'url'}")
    with opened(tmp_path) as made:
        assert made.dialect.name == "postgresql"
    monkeypatch.setenv(VARIABLE, f"file:{tmp_path / 'none'}")
    with pytest.raises(UsageError, match="database_file"), opened(tmp_path):
        pass


SECRET = "pa55wort"
NO_ADDRESS = (
    f"nonsense {SECRET}",
    f"mysql://u:{SECRET}@h/db",
    f"sqlite:///{SECRET}",
    f"postgresql://u:p@{SECRET}@h/db",
    f"postgresql://u:p/{SECRET}@h@/db",
    f"postgresql://u@h:{SECRET}/db",
)


@pytest.mark.parametrize("text", NO_ADDRESS)
def test_what_is_no_address_is_not_repeated(text: str) -> None:
    wrong = mistake(text)
    assert wrong.code == "database_url"
    assert SECRET not in str(wrong)


def test_a_wrong_password_is_told_but_not_what_it_is(postgres: Server) -> None:
    wrong = mistake(postgres.url("postgres", password=SECRET))
    assert wrong.code == "database_refused"
    assert "password" in wrong.facts["detail"]
    assert SECRET not in str(wrong)
    assert mistake(postgres.url("nowhere")).code == "database_refused"


def test_a_user_who_may_not_make_tables_is_told(postgres: Server, empty: str) -> None:
    name = empty.partition("@/")[2].partition("?")[0]
    postgres.run("CREATE ROLE guest LOGIN PASSWORD 'guest'")
    try:
        wrong = mistake(postgres.url(name, user="guest", password="guest"))
    finally:
        postgres.run("DROP ROLE guest")
    assert (wrong.code, wrong.facts["detail"]) == (
        "database_forbidden",
        "permission denied for schema public",
    )


def test_a_server_that_is_not_there_is_told(unused: int) -> None:
    wrong = mistake(f"postgresql://u:{SECRET}@127.0.0.1:{unused}/db")
    assert (wrong.code, wrong.facts["where"]) == ("database_unreachable", f"127.0.0.1:{unused}/db")
    assert SECRET not in str(wrong)
    wrong = mistake(f"postgresql://u:{SECRET}@{SECRET}.invalid/db")  # a host is no secret, but a password is
    assert wrong.code == "database_unreachable"


@pytest.fixture
def unused() -> int:
    """A port that nobody listens at."""
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def test_a_server_that_goes_away_is_told_and_found_again(empty: str) -> None:
    made = engine(empty)
    end = sa.text("SELECT pg_terminate_backend(pg_backend_pid())")
    with pytest.raises(UsageError, match="database_unreachable"), within(made) as connection:
        connection.execute(end)
    with (
        reading(made) as connection,
        writing(made) as other,
    ):  # two in the pool, one of them ended from outside
        number = connection.execute(sa.select(sa.func.pg_backend_pid())).scalar()
        other.execute(sa.select(sa.func.count()).select_from(VERSION))
    with within(made) as connection:
        connection.execute(
            sa.text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = :p"
                    " AND pid <> pg_backend_pid()"), {"p": number}
        )  # fmt: skip
    for _ in range(2):
        with reading(made) as connection:
            assert connection.execute(sa.select(sa.func.count()).select_from(VERSION)).scalar() == len(
                steps()
            )
    made.dispose()


def test_a_driver_that_is_not_installed_is_told(empty: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    assert mistake(empty).code == "database_driver"


def test_a_server_that_is_too_old_is_told(empty: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(databases, "OLDEST", 99)
    wrong = mistake(empty)
    assert (wrong.code, wrong.facts["oldest"]) == ("database_old", 99)


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "ishigaki.db").write_text("this is not a database, but long enough to be read as one" * 10)
    assert mistake(tmp_path).code == "database_unusable"
    (tmp_path / "ishigaki.db").unlink()
    (tmp_path / "ishigaki.db").mkdir(mode=0o700)
    assert mistake(tmp_path).code == "database_unusable"


def test_waiting_for_another_writer_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(databases, "WAIT_S", 0)
    made = engine(tmp_path)
    with writing(made), pytest.raises(UsageError, match="database_busy"), writing(made):
        pass
    made.dispose()


def test_an_error_of_our_own_statement_stays_what_it_is(database: sa.Engine) -> None:
    with pytest.raises(sa.exc.DBAPIError), within(database) as connection:
        connection.exec_driver_sql("SELECT nothing FROM nowhere")
