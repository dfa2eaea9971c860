"""Bytes of a file by its path or address: this machine's by itself, all others through fsspec.

Used by sources at submission, and by workers for data that stay where they are.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from crosstrial.spec.addresses import is_address, shown_address, without_credentials
from crosstrial.spec.errors import CrosstrialError, InvalidError, UnavailableError

# What to install for an address, by its scheme.
EXTRAS = {"http": "remote", "https": "remote", "s3": "s3", "gs": "gcs", "gcs": "gcs"}


def place_of(uri: str, folder: Path) -> str:
    """Return what messages call a file."""
    return shown_address(uri) if is_address(uri) else str(folder / uri)


def read_bytes(uri: str, folder: Path) -> bytes:
    """Return the content of a file.

    Args:
        uri: a path or an address.
        folder: where a relative path counts from.

    Raises:
        InvalidError: there is no such file, it may not be read, or a library for it is missing.
        UnavailableError: its server does not answer.
    """
    if not is_address(uri):
        with _told_of_path(folder / uri):
            return (folder / uri).read_bytes()
    with _told_of_address(uri):
        files, path = _file_system(uri)
        content: bytes = files.cat_file(path)
        return content


def copy_file(uri: str, to: Path) -> None:
    """Write the content of a file to a path, without holding all of it in memory.

    Raises:
        InvalidError: as of `read_bytes`.
        UnavailableError: likewise.
    """
    if not is_address(uri):
        with _told_of_path(Path(uri)):
            shutil.copyfile(uri, to)
        return
    with _told_of_address(uri):
        files, path = _file_system(uri)
        files.get_file(path, str(to))


def _file_system(uri: str) -> Any:
    from fsspec.core import url_to_fs  # noqa: PLC0415

    return url_to_fs(uri)


@contextmanager
def _told_of_path(path: Path) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise InvalidError(
            f"there is no file {path}", "relative paths count from the document's folder"
        ) from error
    except IsADirectoryError as error:
        raise InvalidError(f"{path} is a folder", "give the path of a file") from error
    except (OSError, ValueError) as error:  # a NUL in a path is a ValueError
        told = getattr(error, "strerror", None) or error
        raise InvalidError(f"{path} cannot be read: {told}", "make it readable") from error


@contextmanager
def _told_of_address(uri: str) -> Iterator[None]:
    try:
        yield
    except Exception as error:
        # Every kind of server has errors of its own.
        raise _told(uri, error) from error


def _told(uri: str, error: Exception) -> CrosstrialError:
    scheme, shown = uri.partition("://")[0], shown_address(uri)
    told = without_credentials(str(error).replace(uri, shown)) or type(error).__name__
    match error:
        case ImportError():
            return InvalidError(
                f"{shown} cannot be read without a library that is not installed ({told})",
                f"pip install 'crosstrial[{EXTRAS[scheme]}]'"
                if scheme in EXTRAS
                else "install what it names",
            )
        case FileNotFoundError():
            return InvalidError(f"there is nothing at {shown}", "mend the address")
        case PermissionError():
            return InvalidError(f"{shown} may not be read: {told}", "have yourself given the right")
        case ValueError() if "rotocol not known" in str(error):
            return InvalidError(
                f"{scheme} is no scheme that fsspec knows", "use such as https:// or s3://"
            )
        case _ if _is_its_own_fault(uri, error):
            return InvalidError(f"{shown} is refused: {told}", "mend the address")
        case _:
            return UnavailableError(f"{shown} cannot be read: {told}", "try again later")


def _is_its_own_fault(uri: str, error: Exception) -> bool:
    """Whether an address is to blame; a name that is only unknown may be known again later."""
    host = uri.partition("://")[2].partition("/")[0].rpartition("@")[2]
    # What is wrong with a certificate, or with an answer, is a ValueError too.
    misspelt = isinstance(error, ValueError) and not _names_a_host(uri)
    status = getattr(error, "status", 0)
    refused = 400 <= status < 500 and status not in (408, 429)
    return misspelt or refused or any(character.isspace() for character in host)


def _names_a_host(uri: str) -> bool:
    """Whether an address, the last one of a chain, has a host and a port that can be ones."""
    try:
        parts = urlsplit("//" + uri.partition("?")[0].rpartition("://")[2])
        _ = parts.port
        return bool((parts.hostname or "").encode("idna"))
    except ValueError:
        return False
