"""What was asked in a page's address, bounded and checked: everything else than what is understood is ignored."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from prrwatch.hygiene import one_line
from webview.wording import Address

_LONGEST = 400
_NUMBER = re.compile(r"[0-9]{1,15}")
_COUNTRY = re.compile(r"[A-Z]{2}")
_NAME = re.compile(r"[A-Za-z0-9._-]{1,80}")


@dataclass(frozen=True, slots=True)
class Asked:
    """The parameters of a request, and the part of its path that names a thing."""

    values: Mapping[str, str]
    name: str = ""

    def text(self, name: str) -> str:
        """Some words on one line, at most 400 code points."""
        return one_line(self.values.get(name, ""), _LONGEST)

    def one_of(self, name: str, known: Collection[str]) -> str:
        """A word that is known; else empty."""
        given = self.values.get(name, "")
        return given if given in known else ""

    def country(self) -> str:
        """ISO 3166-1 alpha-2, or empty."""
        given = self.values.get("country", "").upper()
        return given if _COUNTRY.fullmatch(given) else ""

    def token(self, name: str) -> str:
        """An id such as a source's or a language's; else empty."""
        given = self.values.get(name, "")
        return given if _NAME.fullmatch(given) else ""

    def number(self, name: str) -> int | None:
        """A whole number from 0; else None."""
        given = self.values.get(name, "")
        return int(given) if _NUMBER.fullmatch(given) else None


def path(prefix: str, *parts: str | int, **values: str | int | None) -> Address:
    """The address of a page of ours: each part is quoted, empty values are left out."""
    way = "/".join(quote(str(part), safe="") for part in parts)
    asked = urlencode({name: str(value) for name, value in values.items() if value not in (None, "")})
    return Address(f"{prefix}/{way}{'?' if asked else ''}{asked}")
