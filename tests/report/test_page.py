"""The HTML report: what it says, how large it is, and that a name stays a name."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import msgspec
import pytest

from ishigaki.core.fault import fault
from ishigaki.core.finding import Status
from ishigaki.report import exceptions, html, page, summary
from ishigaki.report.picture import Picture
from ishigaki.standards.waivers import shipped
from ishigaki.texts import LANGUAGES, Language
from tests.report.estate import ACCOUNTS, WAIVERS, large, picture, row, small
from tests.report.histories import november

VOID = {"meta", "link", "input", "br"}


class Outline(HTMLParser):
    """What a reader of the markup meets: elements, attributes, text; and whether every element is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.text: list[str] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def read(picture: Picture) -> Outline:
    outline = Outline(html.render(picture))
    assert outline.open == []
    return outline


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_report_of_an_estate_is_one_file_of_at_most_three_megabytes(language: Language) -> None:
    text = html.render(large(language))
    assert len(text.encode()) <= 3_000_000
    outline = Outline(text)
    assert outline.open == []
    fetched = [v for n, v in outline.attributes if n in ("src", "srcset", "action", "data", "poster")]
    assert fetched == []
    assert [v for n, v in outline.attributes if n.startswith("on") or n == "style"] == []
    links = {v for n, v in outline.attributes if n == "href" and not v.startswith("#")}
    assert all(v == "data:," or v.startswith("https://docs.aws.amazon.com/") for v in links)


def test_every_failed_finding_is_in_the_report() -> None:
    picture = large()
    text = html.render(picture)
    for each in picture.findings:
        if each.finding.status is Status.FAILED:
            assert each.finding.resource in text


def test_every_link_within_the_report_leads_somewhere() -> None:
    outline = read(large())
    targets = {v for n, v in outline.attributes if n == "id"}
    assert {v[1:] for n, v in outline.attributes if n == "href" and v.startswith("#")} <= targets


@pytest.mark.parametrize("name", ["</script><img src=x onerror=alert(1)>", "{{ 7 * 7 }}"])
def test_a_hostile_reason_stays_text(name: str) -> None:
    def said(reason: str) -> Outline:
        waivers = [msgspec.structs.replace(WAIVERS[0], reason=reason, owner=reason)]
        rows = [r for r in small().findings if r.finding.control == "IAM.4"]
        return read(picture(rows, language="en", accounts=2, waivers=waivers))

    assert said(name).elements == said("plain").elements
    assert name in "".join(said(name).text)


@pytest.mark.parametrize(
    "name",
    [
        "</script><img src=x onerror=alert(1)>",
        '"><svg onload=alert(1)>',
        "{{ 7 * 7 }}{% raw %}",
        "\u202egnp.exe\u2028",
        "x" * 300,
        "🪣-バケット-دلو",
    ],
)
def test_a_hostile_name_stays_text(name: str) -> None:
    harmless = read(_named("shop-assets"))
    outline = read(_named(name))
    assert outline.elements == harmless.elements
    assert name in "".join(outline.text)


def _named(name: str) -> Picture:
    rows = [row("S3.8", Status.FAILED, resource=name, faults=(fault("setting_off", setting=name),))]
    picture = small(rows=rows)
    accounts = (msgspec.structs.replace(picture.accounts[0], name=name, owner=name), *picture.accounts[1:])
    return msgspec.structs.replace(picture, accounts=accounts)


def test_the_page_may_run_only_its_own_script_and_fetch_nothing() -> None:
    text = html.render(small())
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]+)"', text)
    assert "default-src &#39;none&#39;" in policy
    assert "unsafe" not in policy
    assert len(re.findall(r"<script>", text)) == 1


def test_what_is_suppressed_is_shown_and_not_counted_as_failed() -> None:
    (group,) = [g for g in page.control_groups(small()) if g.control == "IAM.4"]
    assert group.counts == {"failed": 0, "warning": 0, "suppressed": 1, "passed": 1}
    assert [line.mark for part in group.accounts for line in part.lines] == ["SUPPRESSED"]


def test_exceptions_are_shown_with_the_most_urgent_first_and_what_each_hides() -> None:
    shown = [(c.state, c.controls[0][0], [p.resource for p in c.places]) for c in exceptions.cards(small())]
    assert shown == [
        ("expired", "S3.8", ["arn:aws:s3:::shop-assets"]),
        ("ends_soon", "IAM.4", [f"AWS::::Account:{ACCOUNTS[1][0]}"]),
    ]
    text = "".join(read(small()).text)
    for said in ("利用を CloudTrail で監視している", "shop@example.com", "2026-12-18", "purpose=bastion"):
        assert said in text
    assert "1 finding counts again because 1 exception expired." in text
    assert [s.honest for _, s in exceptions.compared(small())] == [0, 0]


def test_what_an_exception_hides_says_so_where_it_is_listed() -> None:
    (group,) = [g for g in page.control_groups(small()) if g.control == "IAM.4"]
    ((line,),) = [part.lines for part in group.accounts]
    assert "until 2026-12-18 (owner: shop@example.com)" in line.wrong[-1]["en"]


def test_the_policys_rows_are_shown_with_what_each_suppresses_and_why() -> None:
    shown = [(q.row, q.decision, q.controls) for q in exceptions.quiet_rows(small())]
    assert shown == [
        ("default:logging_elsewhere", "leave", [("S3.9", 1)]),
        ("default:waf_in_production", "notify_once", [("ELB.16", 1)]),
    ]
    section = html.render(small("ja")).partition('<section id="exceptions"')[2]
    for said in ("対応方針による抑制", "default:waf_in_production", "通知のみ", "ログから得られる情報"):
        assert said in section
    (group,) = [g for g in page.control_groups(small()) if g.control == "S3.9"]
    ((line,),) = [part.lines for part in group.accounts]
    assert (line.mark, line.held) == ("SUPPRESSED", "policy")
    assert line.wrong[-1]["en"].startswith("Suppressed by the response policy (left alone: default:logging")
    figures = exceptions.figures(small()), summary.figures(small())["suppressed_by_policy"]
    assert (figures[0]["hidden"], figures[1]) == (1, 2)
    outline = read(small())
    assert [v for n, v in outline.attributes if n == "data-held"] == ["exception", "policy", "policy"]


def test_what_somebody_suppressed_elsewhere_is_neither_an_exception_nor_the_policys() -> None:
    rows = [row("S3.8", Status.FAILED, workflow="SUPPRESSED")]
    (group,) = page.control_groups(small(rows=rows))
    assert [line.held for part in group.accounts for line in part.lines] == ["elsewhere"]


def test_how_findings_are_acted_upon_is_shown_where_there_are_cases() -> None:
    text = html.render(msgspec.structs.replace(small(), acted=november()))
    assert text.count('id="numbers"') == text.count('href="#numbers"') == 1
    assert 'id="numbers"' not in html.render(small())


def test_a_shipped_exception_names_its_source() -> None:
    log = row("S3.9", Status.FAILED)
    shown = picture([log], language="en", accounts=1, shipped=lambda _: shipped()["receives_access_logs"])
    outline = read(shown)
    assert ("href", shipped()["receives_access_logs"].source) in outline.attributes
    assert exceptions.figures(shown) == {
        "hidden": 1,
        "expired": 0,
        "counting_again": 0,
        "unused": 0,
        "tags_unseen": 0,
    }
    assert [a.control for a in shown.actions] == []


def test_without_exceptions_nothing_is_hidden_and_the_report_says_so() -> None:
    clean = small(rows=[row("S3.8", Status.FAILED)])
    assert "No exception hides anything" in "".join(read(clean).text)


def test_the_heat_map_tells_unseen_from_passed() -> None:
    rows = {r.control: [c.status for c in r.cells] for r in page.heat_rows(small())}
    assert rows["S3.8"] == ["failed", "unknown"]
    assert rows["EC2.13"] == ["passed", "failed"]
    assert {r.cells[5].status for r in page.heat_rows(large())} <= {"unseen", "failed", "unknown"}
    assert next(r.severity for r in page.heat_rows(large())) == "CRITICAL"


def test_what_was_not_seen_is_said_with_the_missing_permission() -> None:
    picture = small()
    (gap,) = page.gap_lines(picture)
    assert (gap.account.id, gap.permission) == (ACCOUNTS[1][0], "s3:GetBucketPublicAccessBlock")
    (line,) = page.undecided(picture)
    assert (line.controls, line.count) == (["S3.8"], 1)
    assert "s3:GetBucketPublicAccessBlock" in line.why["en"]
    assert [w.control for w in page.waiting(picture)] == ["CloudTrail.1"]


def test_a_clean_estate_says_so() -> None:
    clean = msgspec.structs.replace(small(rows=[row("S3.8", Status.PASSED)]), unjudged=(), gaps=())
    text = "".join(read(clean).text)
    assert "Nothing failed." in text
    assert "今日対応が必要な項目はありません" in text


def test_every_finding_says_since_when_with_the_zone() -> None:
    text = "".join(read(small()).text)
    assert "2026-11-12 18:00 JST" in text
