"""What people see when a page cannot be made: a sentence, never a trace, a path or a value."""

from __future__ import annotations

import logging
from typing import Any

from datasette.utils.asgi import Base400, Response
from datasette.views.base import DatasetteError
from pluggy import HookimplMarker

_hookimpl = HookimplMarker("datasette")
_log = logging.getLogger(__name__)
_TITLES = {400: "That was not understood", 403: "Not allowed", 404: "Not found"}


@_hookimpl
def handle_exception(datasette: Any, request: Any, exception: Exception) -> Any:
    """A page (or JSON, where JSON was asked for) that says what went wrong, as far as it is the visitor's business."""

    async def answer() -> Any:
        status, words = _said(exception)
        if status >= 500:
            _log.error("a page failed: %s", request.path, exc_info=exception)
        if request.path.endswith(".json"):
            return Response.json({"ok": False, "error": words, "status": status}, status=status)
        title = _TITLES.get(status, "Something went wrong")
        html = await datasette.render_template(
            "error.html", {"title": title, "error": words, "status": status}, request
        )
        return Response.html(html, status=status)

    return answer


def _said(exception: Exception) -> tuple[int, str]:
    if isinstance(exception, Base400):
        words = str(exception.args[0]) if exception.args else ""
        return exception.status, "" if words == "404" else words
    if isinstance(exception, DatasetteError) and exception.status < 500:
        # Datasette's longer messages are HTML; their titles say the same in two words.
        return exception.status, str((exception.title if exception.message_is_html else exception.message) or "")
    return 500, "The log of prrwatch serve says what."
