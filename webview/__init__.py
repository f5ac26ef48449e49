"""The read-only web view of the store, for analysts and operators. The only home of Datasette.

Datasette serves it and lets people browse tables and type SQL (behind `storage.guard`); the pages that most people look
at are ours: a function of each module in `webview.pages` takes an open store and what was asked, and gives what a
template of the same name shows. Nothing here opens the store to write, and nothing runs in the browser.
"""

from webview.analysts import Analysts
from webview.site import Site

__all__ = ["Analysts", "Site"]
