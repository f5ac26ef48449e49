"""How much pure functions of words remember of their answers."""

from __future__ import annotations

#: Words of each function. Texts of a dozen languages bring new ones for ever, and a daemon that runs for weeks fills
#: whatever is allowed: eight such functions with 65,536 words each held 104 MB, with 8,192 they hold 19.
WORDS = 8_192
