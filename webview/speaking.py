"""The few addresses that take a form: sign in, sign out, say something of a story.

What is said is handed on, and the one writer's door files it; nothing here opens the store to write.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from datasette.utils.asgi import Response

from prrwatch.errors import StoreError
from prrwatch.feedback import Remark, Word
from prrwatch.hygiene import one_line
from webview.analysts import LASTS, Analysts, Session
from webview.asking import path
from webview.site import Site

COOKIE = "prrwatch"
_NOTE = 500
_STORY = re.compile(r"[A-Za-z0-9._-]{1,80}")
_POSTS = re.compile(r"/(?:sign-in|sign-out|story/[A-Za-z0-9._-]{1,80}/say)")
_SAID = {
    Word.RELEVANT: "You said that it is relevant.",
    Word.NOT_RELEVANT: "You said that it is not relevant.",
    Word.WRONG_STORY: "You said that it stands in the wrong story.",
    Word.WRONG_DATE: "You said that its date is wrong.",
}


@dataclass(frozen=True, slots=True)
class Visitor:
    """What every page knows of who looks at it."""

    may_speak: bool  #: the site lets analysts sign in
    name: str = ""  #: empty: not signed in
    token: str = ""


def takes(path: str) -> bool:
    """Whether this path (without the prefix) takes a form."""
    return _POSTS.fullmatch(path) is not None


def visitor(site: Site, request: Any) -> Visitor:
    """Who looks at a page."""
    if site.analysts is None:
        return Visitor(may_speak=False)
    session = _session(site, site.analysts, request)
    if session is None:
        return Visitor(may_speak=True)
    return Visitor(may_speak=True, name=session.name, token=site.analysts.token(session))


def said(word: str) -> str:
    """The sentence that a story's page shows after a press."""
    return next((words for each, words in _SAID.items() if each.value == word), "")


Written = Callable[[Mapping[str, object], int], Any]


async def sign_in(site: Site, analysts: Analysts, request: Any, written: Written) -> Any:
    """The form (GET), and what becomes of it (POST). `written` makes the page."""
    now, session = site.now(), _session(site, analysts, request)
    back = _back(request.args.get("story") or "")
    if request.method != "POST":
        if session and session.name:
            return Response.redirect(path(site.prefix, *back), status=303)
        session = session or analysts.stranger(now)
        return _with_cookie(site, written(_form(analysts, session, back, ""), 200), analysts.cookie(session))
    form = await _form_of(request)
    back = _back(form.get("story", ""))
    if session is None or not analysts.is_from(session, form.get("token", "")):
        return Response.redirect(path(site.prefix, "sign-in"), status=303)
    address = str((request.scope.get("client") or ("", 0))[0])
    entered = analysts.signed_in(form.get("password", ""), form.get("name", ""), address, now)
    if entered:
        answer = Response.redirect(path(site.prefix, *back), status=303)
        return _with_cookie(site, answer, analysts.cookie(entered))
    waits = analysts.must_wait(address, now)
    words = "Too many wrong passwords: wait a quarter of an hour." if waits else "That is not the password."
    return written(_form(analysts, session, back, words), 429 if waits else 403)


async def sign_out(site: Site, analysts: Analysts, request: Any) -> Any:
    """End the session of this browser."""
    session, form = _session(site, analysts, request), await _form_of(request)
    answer = Response.redirect(path(site.prefix), status=303)
    if session and analysts.is_from(session, form.get("token", "")):
        return _with_cookie(site, answer, "", 0)
    return answer


async def say(site: Site, analysts: Analysts, request: Any, refused: Callable[[str, int], Any]) -> Any:
    """File one press of a button. `refused` makes the page that says why not."""
    session, form = _session(site, analysts, request), await _form_of(request)
    if session is None or not session.name:
        return refused("Only who is signed in may say something of a story.", 403)
    if not analysts.is_from(session, form.get("token", "")):
        return refused("The form was not one of this session: go back, load the story again, and say it again.", 403)
    remark = _remark(request.url_vars["name"], form, session.name)
    if remark is None:
        return refused("That was not understood.", 400)
    try:
        # In a thread: the one who writes just now may keep us waiting.
        filed = await asyncio.to_thread(analysts.file, remark)
    except StoreError:
        return refused("The store cannot be written just now: nothing was kept. Say it again in a minute.", 503)
    if not filed:
        return refused("That document is not of this story any more: nothing was kept.", 409)
    return Response.redirect(f"{path(site.prefix, 'story', remark.story, said=remark.word.value)}#feedback", status=303)


def _remark(story: str, form: Mapping[str, str], name: str) -> Remark | None:
    document, word = form.get("document", ""), form.get("word", "")
    if word not in set(Word) or not re.fullmatch(r"[0-9]{1,15}", document):
        return None
    return Remark(story, int(document), Word(word), one_line(form.get("note", ""), _NOTE), name)


def _session(site: Site, analysts: Analysts, request: Any) -> Session | None:
    return analysts.session(request.cookies.get(COOKIE, ""), site.now())


def _form(analysts: Analysts, session: Session, back: tuple[str, ...], wrong: str) -> dict[str, object]:
    return {"token": analysts.token(session), "story": back[-1], "wrong": wrong}


def _back(story: str) -> tuple[str, ...]:
    """The part of an address to go back to: a story's, or the first page. Never an address that came from outside."""
    return ("story", story) if _STORY.fullmatch(story) else ("",)


async def _form_of(request: Any) -> dict[str, str]:
    body = await request.post_body()
    return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=20))


def _with_cookie(site: Site, answer: Any, value: str, lasts: int = int(LASTS.total_seconds())) -> Any:
    answer.set_cookie(
        COOKIE,
        value,
        max_age=lasts,
        path=f"{site.prefix}/",
        secure=bool(site.analysts and site.analysts.secure),
        httponly=True,
        samesite="strict",
    )
    return answer
