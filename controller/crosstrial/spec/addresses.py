"""Addresses as messages show them: scheme, host and path, without what gives access.

Every address that enters a message goes through `without_credentials`: those of data and of stores,
and texts of libraries that quote one. Where an address can be read in two ways, more is hidden.
Texts may be long and hostile: each is gone through once, word by word.
"""

from __future__ import annotations

import re

HIDDEN = "***"

# A relative address stands alone in messages of HTTP clients, behind `url: `. In a line of JSON an
# escaped line break ends a word too.
WORD = re.compile(r"(?:url: )?\S+")
WORD_OF_JSON = re.compile(r"(?:url: )?(?:[^\s\\]|\\[^\snrt])+")
UNWRITTEN = re.compile(r"[\s\"'<>\\]+")
# What may stand around an address in a text.
OPENING = "([{<\"'`\\"
CLOSING = ")]}>\"'`\\;:,.!"

# Where a user alone is a name, elsewhere it may be a token; a ? without a = is of a pattern there.
FILES_AND_STORES = frozenset(
    {"abfs", "abfss", "file", "ftp", "gcs", "git+ssh", "gs", "hdfs", "memory", "mongodb"}
    | {"mongodb+srv", "s3", "sftp", "smb", "ssh", "wasb", "wasbs"}
)
LONGEST_SCHEME = 20
SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):$")
# A host that is an IP, in brackets because of its colons.
IP_HOST = re.compile(r"\[[\dA-Fa-f]*:[\w:.%]*\](?::\d+)?(?:[/?#]|$)")
PATH = re.compile(r"[/?#]")
QUERY = re.compile(r"[?#]")
# With such a password, or none behind its colon, the user is a token.
NO_PASSWORDS = frozenset({"", "x-oauth-basic"})
NAME = re.compile(r"[\w.$%;\[\]-]{1,40}")
HARMLESS = re.compile(r"(?:id|data_id|version|page|limit)=[\d.]{1,9}|format=[A-Za-z]{1,8}")


def is_address(uri: str) -> bool:
    """Whether this is no path of this machine."""
    return "://" in uri


def without_credentials(text: str) -> str:
    """Return a text with the passwords, tokens and values of queries of its addresses hidden."""
    words = WORD_OF_JSON if text.startswith('{"') else WORD
    return words.sub(lambda found: _shown_word(found[0]), text)


def shown_address(uri: str) -> str:
    """Return an address, whatever is in it, as messages show it: no value, and no fragment."""
    shown = _without_user(UNWRITTEN.sub("%20", uri))
    start, query = _parted(shown)
    if "//" not in start:
        return _shown_word(shown)
    if _is_pattern(start, query):
        return shown
    if start.endswith("#"):
        return start + HIDDEN
    values, mark, _fragment = query.partition("#")
    shown = start + "&".join(map(_without_value, values.split("&")))
    return f"{shown}#{HIDDEN}" if mark else shown


def _shown_word(word: str) -> str:
    shown = _without_user(word)
    start, rest = _parted(shown)
    query = rest.rstrip(CLOSING)
    if not _may_give_access(start, query):
        return shown
    known = "&".join(
        part if HARMLESS.fullmatch(part) else _without_value(part) for part in query.split("&")
    )
    return start + known + rest[len(query) :]


def _without_user(word: str) -> str:
    """Hide a password, from the first colon to the last @, or a token."""
    before, slashes, rest = word.partition("//")
    held, at, host = rest.rpartition("@")
    if not at or _has_no_user(before, rest):
        return word
    user, colon, password = held.partition(":")
    is_name = _scheme(before) in FILES_AND_STORES
    if colon:
        shown = HIDDEN if password in NO_PASSWORDS and not is_name else user
        # The last @ may be of a query, and what follows it a value.
        end = host[len(host.rstrip(CLOSING)) :] if QUERY.search(held) else f"@{host}"
        return f"{before}{slashes}{shown}:{HIDDEN}{end}"
    authority = PATH.split(rest, maxsplit=1)[0]
    user, at, _ = authority.rpartition("@")
    if not user or is_name:
        return word
    return f"{before}{slashes}{HIDDEN}{rest[len(user) :]}"


def _has_no_user(before: str, rest: str) -> bool:
    """Whether it is a division, or begins with an IP, whose colons part no user from a password."""
    is_division = before.lstrip(OPENING).isdigit()
    return "//" not in rest and (is_division or IP_HOST.match(rest) is not None)


def _scheme(before: str) -> str | None:
    found = SCHEME.search(before[-LONGEST_SCHEME:])
    return found[1].lower() if found else None


def _parted(word: str) -> tuple[str, str]:
    """Return a word up to its first ? or #, and what follows."""
    found = QUERY.search(word)
    end = found.end() if found else len(word)
    return word[:end], word[end:]


def _may_give_access(start: str, query: str) -> bool:
    if not query:
        return False
    if "=" in query or "//" in query:
        return True
    is_address = "//" in start or start.startswith("url: /")
    return is_address and start.endswith("?") and not _is_pattern(start, query)


def _is_pattern(start: str, query: str) -> bool:
    """Whether a ? is a wildcard."""
    of_files = _scheme(start.partition("//")[0]) in FILES_AND_STORES
    return of_files and start.endswith("?") and not any(sign in query for sign in ("=", "#", "//"))


def _without_value(part: str) -> str:
    """Hide the value of a part of a query; where it has no name, or only seems to, all of it."""
    name, _, value = part.partition("=")
    if not part:
        return part
    is_named = value.strip("=") and NAME.fullmatch(name)
    return f"{name}={HIDDEN}" if is_named else HIDDEN
