"""Access Analyzer: what can be put right."""

from __future__ import annotations

from ishigaki.core.call import call
from ishigaki.core.change import Changes, Disruption, Until, change, creates, note, skip, step
from ishigaki.core.population import Given, chosen
from ishigaki.core.record import replace
from ishigaki.core.remediation import leaves, mends, remediation
from ishigaki.core.verbatim import new
from ishigaki.services.accessanalyzer.resources import Analyzer, ExternalAccess

NAME = "ishigaki-external-access"
ANALYZER = Analyzer(name="console-analyzer", type="ACCOUNT", status="ACTIVE")
UNUSED = replace(ANALYZER, type="ACCOUNT_UNUSED_ACCESS")


@remediation(
    disruption=Disruption.NONE,
    examples=[
        mends(ExternalAccess()),
        mends(ExternalAccess(), UNUSED),
        mends(ExternalAccess(), replace(ANALYZER, type="ORGANIZATION")),
        mends(ExternalAccess(), replace(ANALYZER, account="444455556666")),
        leaves(ExternalAccess(), ANALYZER),
        leaves(ExternalAccess(), replace(ANALYZER, status="CREATING"), skip="analyzer_not_active"),
        leaves(ExternalAccess(), replace(ANALYZER, status="FAILED"), skip="analyzer_not_active"),
        leaves(ExternalAccess(), replace(UNUSED, name=NAME), skip="analyzer_name_taken"),
    ],
)
def analyze_external_access(account: ExternalAccess, analyzers: Given[Analyzer]) -> Changes:
    """Creates an analyzer for external access whose zone of trust is the account, in one Region.

    A Region takes one such analyzer of an account: one that does not work is a person's to delete.
    """
    own = list(chosen(analyzers, lambda each: each.account == account.account))
    for present in own:
        if present.type == "ACCOUNT":
            if present.status != "ACTIVE":
                yield skip("analyzer_not_active", name=present.name, status=present.status)
            return
    if any(each.name == NAME for each in own):
        yield skip("analyzer_name_taken", name=NAME)
        return
    yield change(
        creates(_analyzer(account)),
        steps=[
            step(
                "create",
                call(
                    "accessanalyzer",
                    "CreateAnalyzer",
                    permission=("access-analyzer:CreateAnalyzer", "iam:CreateServiceLinkedRole"),
                    analyzerName=NAME,
                    type="ACCOUNT",
                ),
                undo=call("accessanalyzer", "DeleteAnalyzer", analyzerName=NAME),
                until=Until(
                    call("accessanalyzer", "GetAnalyzer", analyzerName=NAME), "analyzer.status", ("ACTIVE",)
                ),
            )
        ],
        notes=(note("analyzer_role_stays"),),
    )


def _analyzer(account: ExternalAccess) -> Analyzer:
    arn = f"arn:{account.partition}:access-analyzer:{account.region}:{account.account}:analyzer/{NAME}"
    return new(
        Analyzer,
        near=account,
        item={"arn": arn, "name": NAME, "type": "ACCOUNT", "status": "ACTIVE", "tags": {}},
    )


REMEDIATIONS = {"IAM.28": analyze_external_access}
