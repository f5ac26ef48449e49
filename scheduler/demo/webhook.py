"""A receiver that speaks like a Slack incoming webhook, and fails like one when told to."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from scheduler.demo.exchange import Answer, Request, Whole
from scheduler.demo.journal import Journal
from scheduler.demo.loop import ThreadedLoop
from scheduler.demo.server import Server


@dataclass(frozen=True, slots=True)
class Post:
    """One post that was taken. `answered` False: taken, but the sender never heard so."""

    path: str
    payload: Mapping[str, Any]
    answered: bool

    @property
    def text(self) -> str:
        """Every text of the payload, wherever Slack allows one, in order."""
        return "\n".join(_texts(self.payload))


class Webhook(Server):
    """Takes posts at any path. Switch faults on with `break_`, for example `faults.status(429, retry_after="1")`."""

    def __init__(self) -> None:
        self.posts: Journal[Post] = Journal()
        self._own_loop = ThreadedLoop()
        super().__init__(self._own_loop, _judged)

    def answer(self, request: Request) -> Answer:
        """Slack's answer, or the fault's; what was not refused is kept."""
        answer = super().answer(request)
        if _judged(request).status == answer.status == 200:
            self.posts.add(Post(request.path, json.loads(request.body), isinstance(answer.sending, Whole)))
        return answer

    def close(self) -> None:
        """Stop receiving. A second time does nothing."""
        if self._own_loop.closed:
            return
        super().close()
        self._own_loop.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _judged(request: Request) -> Answer:
    """What Slack says, as its documentation of incoming webhooks lists it."""
    if request.method != "POST":
        return _plain(405, "method_not_allowed")
    try:
        payload = json.loads(request.body)
    except ValueError:
        return _plain(400, "invalid_payload")
    if not isinstance(payload, dict) or not payload.keys() & {"text", "blocks", "attachments"}:
        return _plain(400, "no_text")
    return _plain(200, "ok")


def _plain(status: int, body: str) -> Answer:
    return Answer(status, body.encode(), "text/html")


def _texts(part: object) -> list[str]:
    """Strings under the keys that Slack shows. Depth is bounded by the JSON reader's own limit."""
    match part:
        case dict():
            here = [part[key] for key in ("title", "text", "fallback", "footer") if isinstance(part.get(key), str)]
            return here + [text for value in part.values() for text in _texts(value)]
        case list():
            return [text for value in part for text in _texts(value)]
        case _:
            return []
