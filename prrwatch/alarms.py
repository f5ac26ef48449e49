"""What operators are told of prrwatch itself: faults of the store, a canary that did not arrive."""

from __future__ import annotations

from datetime import datetime

from prrwatch.alert import Alert, AlertKind
from prrwatch.routing import OPERATORS, token
from prrwatch.settings import Operators


def store_waits(fault: str, operators: Operators, now: datetime) -> Alert:
    """The store cannot be used, and the daemon waits for it."""
    body = f"{fault}\n\nThe daemon tries again every minute and goes on by itself; nothing that was filed is lost."
    return _alarm("the store cannot be used: prrwatch waits", body, operators, now)


def store_is_back(operators: Operators, now: datetime) -> Alert:
    """The store can be used again."""
    body = "The store can be used again. What was under way is taken up where it was left."
    return _alarm("the store can be used again: prrwatch goes on", body, operators, now)


def canary_lost(name: str, planted: datetime, stage: str, operators: Operators, now: datetime) -> Alert:
    """The canary did not arrive in its time; `stage` says how far it came."""
    body = (
        f"The canary {name}, published at {planted:%Y-%m-%d %H:%M:%S} UTC, did not arrive in its time: {stage}.\n\n"
        "While this lasts, real news may not arrive either. `prrwatch status` and the log say more."
    )
    return _alarm("the canary did not arrive", body, operators, now)


def canary_arrived(name: str, planted: datetime, operators: Operators, now: datetime) -> Alert:
    """A canary arrives again after one was lost."""
    body = f"The canary {name}, published at {planted:%Y-%m-%d %H:%M:%S} UTC, arrived at {now:%H:%M:%S} UTC."
    return _alarm("the canary arrives again", body, operators, now)


def _alarm(subject: str, body: str, operators: Operators, now: datetime) -> Alert:
    return Alert(
        token=token(AlertKind.OPERATOR, subject, now.isoformat()),
        kind=AlertKind.OPERATOR,
        subscription=OPERATORS,
        channel=operators.channel,
        subject=subject,
        body=body,
    )
