import pytest

from service.security.csrf import is_token_for, same_origin, token_for


def test_a_token_belongs_to_one_session() -> None:
    assert is_token_for("session one", token_for("session one"))
    assert not is_token_for("session two", token_for("session one"))
    assert not is_token_for("session one", "")
    assert not is_token_for("session one", "é")


def test_a_token_does_not_give_the_session_away() -> None:
    assert "session one" not in token_for("session one")


@pytest.mark.parametrize(
    ("headers", "ours"),
    [
        ({}, True),  # no browser
        ({"sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "none"}, True),  # typed into the address bar
        ({"sec-fetch-site": "cross-site"}, False),
        ({"sec-fetch-site": "same-site"}, False),  # a sibling subdomain
        ({"sec-fetch-site": "cross-site", "origin": "http://a.org", "host": "a.org"}, False),
        ({"origin": "https://a.org", "host": "a.org"}, True),
        ({"origin": "https://a.org:8443", "host": "a.org"}, False),
        ({"origin": "https://evil.org", "host": "a.org"}, False),
        ({"origin": "null", "host": "a.org"}, False),
        ({"origin": "null"}, False),
        ({"origin": "https://a.org"}, False),
    ],
)
def test_a_request_of_another_site_is_told_apart(headers: dict[str, str], ours: bool) -> None:
    assert same_origin(headers) is ours
