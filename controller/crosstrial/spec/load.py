"""From a file to an experiment that can work, or every mistake with its line and remedy.

Three stages, each tells all its mistakes: the text (`yaml_text`), keys and types (`shape`), and
what they mean together (`checks`). What only data or estimators can tell is checked later, by
the client, and placed by the `Document`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crosstrial.spec.checks import mistakes
from crosstrial.spec.document import Experiment
from crosstrial.spec.errors import InvalidError, raise_all
from crosstrial.spec.shape import shaped
from crosstrial.spec.source import Source, plain
from crosstrial.spec.yaml_text import read_yaml

LARGEST_FILE = 1 << 20


@dataclass(frozen=True)
class Document:
    """A checked experiment and, when it came from a text, where everything stands in it."""

    experiment: Experiment
    source: Source | None = None

    @contextmanager
    def placing(self) -> Iterator[None]:
        """Give what is raised inside its place in the text.

        Raises:
            CrosstrialError: the same error, with file, line and column where they are known.
        """
        if self.source is None:
            yield
            return
        with self.source.placing():
            yield


def load_file(path: Path) -> Experiment:
    """Return the experiment that a file declares.

    Raises:
        InvalidError: all mistakes of the first stage that finds any.
    """
    return read_document(path).experiment


def read_document(path: Path) -> Document:
    """Return the experiment that a file declares, with its places.

    Raises:
        InvalidError: all mistakes of the first stage that finds any.
    """
    return parse_document(_text(path), str(path))


def parse_document(text: str, name: str) -> Document:
    """Return the experiment that a text declares.

    Args:
        text: YAML or JSON.
        name: what messages call the file.

    Raises:
        InvalidError: all mistakes of the first stage that finds any.
    """
    source = read_yaml(text, name)
    with source.placing():
        return Document(checked(shaped(plain(source.root))).experiment, source)


def declared(mapping: Mapping[str, Any]) -> Document:
    """Return the experiment that a mapping declares which a file would hold, without places.

    Raises:
        InvalidError: all mistakes of the first stage that finds any.
    """
    return checked(shaped(dict(mapping)))


def checked(experiment: Experiment) -> Document:
    """Return an experiment that was made in Python as a document, without places.

    Raises:
        InvalidError: all that can't work.
    """
    raise_all(mistakes(experiment))
    return Document(experiment)


def _text(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            content = stream.read(LARGEST_FILE + 1)
    except FileNotFoundError as error:
        raise InvalidError(
            f"{path}: there is no such file", "`crosstrial init` writes a document to start from"
        ) from error
    except IsADirectoryError as error:
        raise InvalidError(f"{path}: is a folder", "name the document in it") from error
    except OSError as error:
        raise InvalidError(f"{path}: {error.strerror}", "choose a file that can be read") from error
    if len(content) > LARGEST_FILE:
        raise InvalidError(
            f"{path}: is larger than 1 MiB",
            "a document declares an experiment; keep data in files of their own",
        )
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start].split(b"\n")
        raise InvalidError(
            f"{path}:{len(before)}:{len(before[-1]) + 1}: is not UTF-8 text",
            "save it in the encoding UTF-8",
        ) from error
