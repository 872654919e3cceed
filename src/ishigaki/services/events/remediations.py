"""EventBridge: what can be put right."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ishigaki.core.call import Call, call
from ishigaki.core.change import Change, Changes, Disruption, alters, change, creates, note, skip, step
from ishigaki.core.population import AccountWide
from ishigaki.core.record import decode, replace
from ishigaki.core.remediation import Around, Wanted, leaves, mends, remediation
from ishigaki.core.unseen import UNKNOWN_VALUE, Unseen
from ishigaki.core.verbatim import new, said, said_of
from ishigaki.services.cloudwatch.making import ROLE, TOPIC, alert_topic, delivery_role, topic_arn
from ishigaki.services.cloudwatch.resources import Alerting
from ishigaki.services.events.resources import EventBus, Rule, Target
from ishigaki.services.iam.identities.resources import Role
from ishigaki.services.sns.resources import Topic, TopicAttributes

RULE = "ishigaki-root-use"
SIGN_IN = "us-east-1"  # where sign-ins of the root user, and calls of global services, appear
OF_RULE = ("Name", "ScheduleExpression", "EventPattern", "State", "Description", "RoleArn", "EventBusName")
PATTERN = {
    "detail-type": ["AWS Console Sign In via CloudTrail", "AWS API Call via CloudTrail"],
    "detail": {"userIdentity": {"type": ["Root"], "invokedBy": [{"exists": False}]}},
}
MESSAGE = {
    "InputPathsMap": {
        "account": "$.account",
        "what": "$.detail.eventName",
        "where": "$.region",
        "when": "$.time",
        "from": "$.detail.sourceIPAddress",
    },
    "InputTemplate": '"The root user of account <account> was used: <what> in <where> at <when> from <from>"',
}


class AlertWanted(Wanted, frozen=True):
    """Who is told. There is no standard address: without one nothing is made."""

    email: str = ""


HERE = Alerting()
ABROAD = EventBus(region=SIGN_IN, id="arn:aws:events:us-east-1:111122223333:event-bus/example")
ADDRESS = AlertWanted(email="security@example.com")
REGIONS = ("ap-northeast-1", SIGN_IN)


def _topic(region: str, **attributes: str) -> Topic:
    counted = {"SubscriptionsConfirmed": "1", "SubscriptionsPending": "0", **attributes}
    arn = f"arn:aws:sns:{region}:111122223333:{TOPIC}"
    return Topic(id=arn, name=TOPIC, region=region, attributes=decode(TopicAttributes, counted))


def _watching(region: str) -> Rule:
    return Rule(
        id=f"arn:aws:events:{region}:111122223333:rule/{RULE}",
        name=RULE,
        region=region,
        event_pattern=json.dumps(PATTERN),
        state="ENABLED",
        targets=(Target(id=TOPIC, arn=f"arn:aws:sns:{region}:111122223333:{TOPIC}"),),
    )


TOPICS = tuple(_topic(region) for region in REGIONS)
RULES = tuple(_watching(region) for region in REGIONS)
UNHEARD = _topic("ap-northeast-1", SubscriptionsConfirmed="0")


@remediation(
    disruption=Disruption.LOW,
    examples=[
        mends(HERE, ABROAD, wanted=ADDRESS),
        mends(HERE, *TOPICS),
        mends(HERE, UNHEARD, TOPICS[1], *RULES, wanted=ADDRESS),
        mends(HERE, *TOPICS, replace(RULES[0], state="DISABLED"), RULES[1]),
        mends(HERE, *TOPICS, replace(RULES[0], event_pattern="{}"), RULES[1]),
        mends(HERE, *TOPICS, RULES[0], replace(RULES[1], targets=())),
        mends(HERE, *TOPICS, RULES[0], replace(RULES[1], targets=(Target(id=TOPIC, arn="arn:example"),))),
        leaves(HERE, *TOPICS, *RULES),
        leaves(HERE, ABROAD, skip="needs_alert_contact"),
        leaves(HERE, UNHEARD, TOPICS[1], *RULES, skip="needs_alert_contact"),
    ],
)
def alert_on_root_use(
    alerting: Alerting,
    topics: AccountWide[Topic],
    rules: AccountWide[Rule],
    roles: AccountWide[Role],
    around: Around,
    wanted: AlertWanted,
) -> Changes:
    """Tells somebody of sign-ins and changes by the root user, in the home Region and where sign-ins appear."""
    regions = sorted({around.home, SIGN_IN} & set(around.regions))
    found = {r: next(iter(topics.by("id")[topic_arn(alerting, r)]), None) for r in regions}
    missing = [r for r, topic in found.items() if topic is None]
    unheard = [topic for topic in found.values() if topic is not None and not _is_heard(topic)]
    asked = [topic for topic in unheard if _awaits_confirmation(topic)]
    alone = [topic for topic in unheard if not _awaits_confirmation(topic)]
    if (missing or alone) and not wanted.email:
        yield skip("needs_alert_contact")
        return
    if missing and not roles.by("name")[ROLE]:
        yield delivery_role(alerting)
    yield from (alert_topic(alerting, region=region, email=wanted.email) for region in missing)
    yield from (_subscribed(topic, wanted.email) for topic in alone)
    for region in regions:
        yield from _rule(alerting, region, rules)
    yield from (skip("needs_subscriber", topic=topic.id) for topic in asked)


def _is_heard(topic: Topic) -> bool:
    confirmed = topic.attributes.subscriptions_confirmed
    if not confirmed.isdecimal():
        raise Unseen("Topic.attributes", UNKNOWN_VALUE)
    return int(confirmed) > 0


def _awaits_confirmation(topic: Topic) -> bool:
    pending: str = said(topic, "attributes").get("SubscriptionsPending", "0")
    return pending != "0"


def _subscribed(topic: Topic, email: str) -> Change:
    """Asks an address whether it wants a topic's messages. Until it has answered SNS lets nobody take that back."""
    subscribe = call("sns", "Subscribe", TopicArn=topic.id, Protocol="email", Endpoint=email)
    return change(
        alters(topic, attributes={**said(topic, "attributes"), "SubscriptionsPending": "1"}),
        steps=[step("subscribe", subscribe)],
        notes=(note("subscription_to_confirm", email=email),),
    )


def _rule(alerting: Alerting, region: str, rules: AccountWide[Rule]) -> Changes:
    """The rule of a Region, unless it is there, on, and tells the topic."""
    topic = topic_arn(alerting, region)
    arn = f"arn:{alerting.partition}:events:{region}:{alerting.account}:rule/{RULE}"
    asked = {"EventPattern": json.dumps(PATTERN), "State": "ENABLED"}
    target = {"Id": TOPIC, "Arn": topic, "InputTransformer": MESSAGE}
    known = next(iter(rules.by("id")[arn]), None)
    remove = call("events", "RemoveTargets", Rule=RULE, Ids=[TOPIC])
    if known is None:
        item = {"Name": RULE, "Arn": arn, "EventBusName": "default", **asked}
        put = step("rule", _put(asked), undo=call("events", "DeleteRule", Name=RULE))
        made = new(Rule, near=alerting, region=region, item=item, targets=[target])
        send = step("target", _send_to(target), undo=remove)
        yield change(creates(made), steps=[put, send], needs=(topic,))
        return
    if not _matches(known):
        before = {k: v for k, v in said_of(known).item.items() if k in OF_RULE}
        after = {**before, **asked}
        yield change(
            alters(known, event_pattern=after["EventPattern"], state="ENABLED"),
            steps=[step("rule", _put(after), undo=_put(before))],
        )
    if all(t.arn != topic for t in known.targets):
        before = said(known, "targets")
        others = [t for t in before if t["Id"] != TOPIC]
        replaced = [t for t in before if t["Id"] == TOPIC]
        send = step("target", _send_to(target), undo=_send_to(*replaced) if replaced else remove)
        yield change(alters(known, targets=[*others, target]), steps=[send], needs=(topic,))


def _matches(rule: Rule) -> bool:
    return rule.state != "DISABLED" and bool(rule.event_pattern) and json.loads(rule.event_pattern) == PATTERN


def _send_to(*targets: Mapping[str, Any]) -> Call:
    return call("events", "PutTargets", Rule=RULE, Targets=list(targets))


def _put(asked: Mapping[str, Any]) -> Call:
    return call("events", "PutRule", **{**asked, "Name": RULE})


BUS = EventBus(id="arn:aws:events:ap-northeast-1:111122223333:event-bus/orders", name="orders", policy=None)


@remediation(
    disruption=Disruption.NONE,
    examples=[
        mends(BUS),
        leaves(replace(BUS, policy="{}")),
        leaves(replace(BUS, name="aws.partner/example.com/orders")),
    ],
)
def admit_own_account(bus: EventBus) -> Changes:
    """Gives a custom event bus a policy that lets its own account put events, which identities of the account
    that may do so can already. Nobody else is let in."""
    if not bus.is_custom or bus.policy:
        return
    statement = {
        "Sid": "IshigakiOwnAccount",
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:{bus.partition}:iam::{bus.account}:root"},
        "Action": "events:PutEvents",
        "Resource": bus.id,
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]}, separators=(",", ":"))
    yield change(
        alters(bus, policy=policy),
        steps=[
            step(
                "policy",
                call("events", "PutPermission", EventBusName=bus.name, Policy=policy),
                undo=call("events", "RemovePermission", EventBusName=bus.name, RemoveAllPermissions=True),
            )
        ],
    )


# The baseline asks for the other one; no control does.
REMEDIATIONS = {"EventBridge.3": admit_own_account}
