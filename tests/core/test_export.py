"""A directory's export: read right in every usual encoding, refused with the line that is wrong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ishigaki.core.export import parse
from ishigaki.core.usage import UsageError

JAPANESE = "社員番号,ユーザー名,メールアドレス,在籍区分\r\n1,hanako,Hanako@example.com,在籍\r\n2,taro,taro@example.com,退職\r\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
def test_an_export_is_read_in_every_usual_encoding(encoding: str) -> None:
    export = parse(JAPANESE.encode(encoding), file="people.csv")
    assert export.columns == {"user": "ユーザー名", "email": "メールアドレス", "status": "在籍区分"}
    assert export.people == {
        "hanako": False,
        "hanako@example.com": False,
        "taro": True,
        "taro@example.com": True,
    }
    assert export.rows == 2


@pytest.mark.parametrize(
    ("names", "standing"),
    [(["HANAKO "], "present"), (["x", "taro@example.com"], "left"), (["jiro"], "missing"), ([], "missing")],
)
def test_how_somebody_stands(names: list[str], standing: str) -> None:
    assert parse(JAPANESE.encode(), file="people.csv").standing(names) == standing


def test_columns_and_words_may_be_named() -> None:
    text = "id;who;state\n1;hanako;gone fishing\n2;taro;here\n"
    export = parse(
        text.encode(), file="p.csv", columns={"user": "WHO", "status": "state"}, left=["Gone fishing"]
    )
    assert export.people == {"hanako": True, "taro": False}


def test_tabs_and_quoted_line_breaks_are_read() -> None:
    text = 'user\tnote\nhanako\t"two\nlines"\n\ntaro\t\n'
    assert parse(text.encode("utf-16"), file="p.tsv").people == {"hanako": False, "taro": False}


BROKEN = {
    "cut off in a row": (b"user,email\na,a@x\nb", "export_torn", 3),
    "cut off in quotes": (b'user,email\na,a@x\nb,"b@', "export_broken", 3),
    "a column too many": (b"user,email\na,a@x,1\n", "export_torn", 2),
    "twice": (b"user,email\na,a@x\nA,b@x\n", "export_twice", 3),
    "twice by address": (b"user,email\na,a@x\nb,A@X\n", "export_twice", 3),
    "nobody": (b"user,email\n , \n,\na,\n,x y\n,\n", None, 0),
    "empty": (b"", "export_empty", None),
    "header alone": (b"user,email\n", "export_empty", None),
    "not text": (b"user,email\na,\xff\xfd\x80\x00\n", "export_encoding", None),
    "no people": (b"number,team\n1,x\n", "export_no_people", None),
    "one column twice": (b"user,User\na,b\n", "export_column_twice", None),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_broken_is_refused_with_its_line(name: str) -> None:
    data, code, line = BROKEN[name]
    if code is None:
        assert parse(data, file="p.csv").people == {"a": False, "x y": False}
        return
    with pytest.raises(UsageError) as refused:
        parse(data, file="p.csv")
    assert refused.value.code == code
    assert refused.value.facts.get("line") == line


def test_a_row_without_a_name_is_refused() -> None:
    with pytest.raises(UsageError) as refused:
        parse(b"user,email,team\na,,x\n,,y\n", file="p.csv")
    assert (refused.value.code, refused.value.facts["line"]) == ("export_nobody", 3)


def test_a_column_that_is_named_must_be_there() -> None:
    with pytest.raises(UsageError) as refused:
        parse(JAPANESE.encode(), file="p.csv", columns={"user": "社員ID"})
    assert refused.value.code == "export_no_column"


@given(st.integers(1, len(JAPANESE.encode("cp932")) - 1))
def test_half_an_export_is_never_taken_for_a_whole_one(size: int) -> None:
    """Cut anywhere, it is refused, or it is whole rows whose people stand as they did."""
    data = JAPANESE.encode("cp932")[:size]
    whole = parse(JAPANESE.encode(), file="p.csv").people
    try:
        export = parse(data, file="p.csv")
    except UsageError:
        return
    known = {name: left for name, left in export.people.items() if whole.get(name) == left}
    torn = export.people.keys() - known.keys()
    # In a row that ends in its last cell the status may be cut short: nobody else is touched by that.
    assert torn <= {"taro", "taro@example.com"}
    assert not data.endswith(b"\r\n") or not torn
