from __future__ import annotations

import pytest

import alerts
from alerts.masking import scrubbed


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("mailto://127.0.0.1:2525/?from=a@example.org&to=b@example.org", "mailto://***@127.0.0.1:2525"),
        ("mailtos://user:pass@mail.example.org:587/?to=b@example.org", "mailtos://***@mail.example.org:587"),
        ("mailtos://user:pa/ss@mail.example.org/", "mailtos://***"),
        ("mailtos://user:pa?ss@mail.example.org/", "mailtos://***"),
        ("mailtos://user:p@ss@mail.example.org/", "mailtos://***@mail.example.org"),
        ("slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/", "slack://***"),
        ("https://hooks.slack.com/services/A/B/C", "https://***"),
        ("json://user:pass@127.0.0.1:80/token", "json://***@127.0.0.1:80"),
        ("s3cr3t", "***"),
        ("", "***"),
    ],
)
def test_what_is_shown_of_a_url(url, shown):
    assert alerts.masked(url) == shown


def test_an_answer_that_repeats_a_secret_is_scrubbed():
    assert scrubbed("no service T1JJ3T3L2 here", "slack://T1JJ3T3L2/A/B") == "no service *** here"
    assert scrubbed("535 bad pa55word", "mailtos://user:pa55word@mail.example.org/") == "535 bad ***"
    assert scrubbed("550 <b@example.org> unknown", "mailto://h/?to=b@example.org") == "550 <b@example.org> unknown"
