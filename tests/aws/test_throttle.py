"""The token bucket: bursts, slowing down, recovering; on a clock of the test's own."""

from __future__ import annotations

from ishigaki.aws.throttle import FASTEST, SLOWEST, Bucket, Throttle


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_is_free_and_then_turns_are_spaced() -> None:
    clock = Clock()
    bucket = Bucket(clock)
    assert [bucket.reserve() for _ in range(int(FASTEST))] == [0.0] * int(FASTEST)
    waits = [bucket.reserve() for _ in range(3)]
    assert waits == sorted(waits)
    assert abs(waits[2] - 3 / FASTEST) < 1e-9


def test_throttling_halves_the_rate_down_to_the_slowest_and_success_recovers_it() -> None:
    bucket = Bucket(Clock())
    bucket.throttled()
    assert bucket.rate == FASTEST / 2
    for _ in range(20):
        bucket.throttled()
    assert bucket.rate == SLOWEST
    for _ in range(200):
        bucket.went_well()
    assert bucket.rate == FASTEST


def test_time_gives_turns_back() -> None:
    clock = Clock()
    bucket = Bucket(clock)
    for _ in range(int(FASTEST) + 10):
        bucket.reserve()
    clock.now = 1.0
    assert bucket.reserve() == 0.0


def test_each_account_region_and_service_has_its_own_bucket() -> None:
    throttle = Throttle(Clock())
    one = throttle.of(account="1", region="eu-west-1", service="ec2")
    assert one is throttle.of(account="1", region="eu-west-1", service="ec2")
    others = [
        throttle.of(account="2", region="eu-west-1", service="ec2"),
        throttle.of(account="1", region="us-east-1", service="ec2"),
        throttle.of(account="1", region="eu-west-1", service="s3"),
    ]
    assert all(other is not one for other in others)
