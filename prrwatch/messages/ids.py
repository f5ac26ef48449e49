"""Ids that ride along with a message, stable over every retry."""

from __future__ import annotations


def message_id(token: str) -> str:
    """The Message-ID (RFC 5322 section 3.6.4) of the mail that carries this token.

    It does not depend on the sender's domain, so that a follow-up can name the first mail after the channel's URL has
    changed. `.invalid` (RFC 2606) can collide with nobody's ids.
    """
    return f"<{token}@prrwatch.invalid>"
