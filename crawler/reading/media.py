"""What an answer's Content-Type says (RFC 9110 section 8.3)."""

from __future__ import annotations

import re

_CHARSET = re.compile(r";\s*charset\s*=\s*[\"']?([A-Za-z0-9._:-]{1,40})", re.IGNORECASE)


def media_type(content_type: str) -> str:
    """`text/html`, `application/pdf`, ... in lower case; "" when the server does not say."""
    return content_type.partition(";")[0].strip().lower()


def charset(content_type: str) -> str | None:
    """The charset that the header names."""
    match = _CHARSET.search(content_type)
    return match[1] if match else None
