"""Addresses as messages show them: scheme, host and path, without what gives access.

Every address that enters a message goes through `without_credentials`: those of data and of stores,
and texts of libraries that quote one.
"""

from __future__ import annotations

import re

HIDDEN = "***"

# A user with a password, which reaches to the last @ where it has a / that was not escaped; what
# is a port is no password. A user alone may be a token to a web server, elsewhere it is a name.
PASSWORD = re.compile(r"(//[^\s/?#:@\[]*):(?:[^\s/?#]*|(?!\d+(?:[\s/?#,\"']|$))[^\s]*)@")
TOKEN = re.compile(r"(https?://)[^\s/?#:@]+@", re.IGNORECASE)
# What follows the path, up to what ends an address in a text.
QUERY = re.compile(r"(//[^\s?#\"'<>]+)([?#])([^\s\"'<>\\]+?)(?=[;:,.)\]]*(?:[\s\"'<>\\]|$))")
QUERY_VALUE = re.compile(r"([?&;#]|^)(?:([^=&;#?]*)=)?[^&;#]+")
UNWRITTEN = re.compile(r"[\s\"'<>\\]+")


def without_credentials(text: str) -> str:
    """Return a text with the passwords, tokens and values of queries of its addresses hidden."""
    text = PASSWORD.sub(rf"\1:{HIDDEN}@", text)
    text = TOKEN.sub(rf"\1{HIDDEN}@", text)
    return QUERY.sub(_without_values, text)


def shown_address(uri: str) -> str:
    """Return an address, whatever is in it, as messages show it."""
    return without_credentials(UNWRITTEN.sub("%20", uri))


def _without_values(found: re.Match[str]) -> str:
    start, mark, query = found.groups()
    return f"{start}{mark}{QUERY_VALUE.sub(_without_value, query)}"


def _without_value(found: re.Match[str]) -> str:
    name = f"{found[2]}=" if found[2] is not None else ""
    return f"{found[1]}{name}{HIDDEN}"
