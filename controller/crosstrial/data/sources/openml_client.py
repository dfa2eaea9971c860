"""A client of OpenML's REST API: descriptions as JSON, files by plain GET, checked by MD5.

`CROSSTRIAL_OPENML_URL` names another server than openml.org. Neighbours: `openml` makes data sets
of what is read here.
"""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Annotated, Any, Self, TypeAlias, TypeVar
from urllib.parse import urlsplit

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from crosstrial.spec.addresses import shown_address
from crosstrial.spec.errors import CrosstrialError, InvalidError, UnavailableError

URL_VARIABLE = "CROSSTRIAL_OPENML_URL"
DEFAULT_URL = "https://www.openml.org"
TIMEOUT_SECONDS = 60
# How it says that there is no such thing.
UNKNOWN = frozenset({404, 412})


def _as_list(written: Any) -> Any:
    """OpenML writes a list of one as the one."""
    return written if isinstance(written, list) else [written]


def _as_texts(written: Any) -> Any:
    """Several names are a list, or a text with commas."""
    return written.split(",") if isinstance(written, str) else written


class Answer(BaseModel):
    """What is used of an answer; numbers come as texts or numbers."""

    model_config = ConfigDict(frozen=True, extra="ignore", coerce_numbers_to_str=True)


class Description(Answer):
    """A data set."""

    name: str
    format: str
    file_id: int
    md5_checksum: str | None = None
    default_target_attribute: str | None = None
    ignore_attribute: Annotated[list[str], BeforeValidator(_as_texts)] = []
    row_id_attribute: str | None = None
    parquet_url: str | None = None


class Feature(Answer):
    """A column of a data set; `data_type`: numeric, nominal, string, date."""

    name: str
    data_type: str
    is_ignore: bool = False
    is_row_identifier: bool = False


class SourceData(Answer):
    """What a task is about."""

    data_set_id: int
    target_feature: str


class Procedure(Answer):
    """How a task's splits were made, and where they are."""

    data_splits_url: str | None = None


class TaskInput(Answer):
    """One of the parts of a task."""

    name: str
    data_set: SourceData | None = None
    estimation_procedure: Procedure | None = None


class TaskDescription(Answer):
    """A task: what to predict, and by which splits."""

    task_type_id: int
    task_type: str = ""
    input: Annotated[list[TaskInput], BeforeValidator(_as_list)]


Model = TypeVar("Model", bound=Answer)
Json: TypeAlias = dict[str, Any]


@dataclass(frozen=True)
class OpenmlClient:
    """One server."""

    url: str

    @classmethod
    def from_environment(cls) -> Self:
        """Return the client of the server that the environment names.

        Raises:
            InvalidError: it names none.
        """
        url = os.environ.get(URL_VARIABLE) or DEFAULT_URL
        if not _is_address(url):
            raise InvalidError(
                f"{URL_VARIABLE} is {shown_address(url)!r}, no address of a server",
                f"use such as {DEFAULT_URL}",
            )
        return cls(url.rstrip("/"))

    @property
    def _name(self) -> str:
        return f"OpenML at {shown_address(self.url)}"

    def description(self, data_id: int) -> Description:
        """Return what OpenML says of a data set.

        Raises:
            InvalidError: there is none of this ID.
            UnavailableError: the server does not answer.
        """
        answer = self._json(f"data/{data_id}", f"data set {data_id}")
        return _read(Description, answer.get("data_set_description"), f"data set {data_id}")

    def features(self, data_id: int) -> list[Feature]:
        """Return the columns of a data set; errors as of `description`."""
        what = f"data set {data_id}"
        answer = self._json(f"data/features/{data_id}", what)
        found = _as_list(_inside(answer, "data_features", "feature"))
        return [_read(Feature, feature, what) for feature in found]

    def task(self, task_id: int) -> TaskDescription:
        """Return what OpenML says of a task; errors as of `description`."""
        answer = self._json(f"task/{task_id}", f"task {task_id}")
        return _read(TaskDescription, answer.get("task"), f"task {task_id}")

    def suite_tasks(self, suite_id: int) -> list[int]:
        """Return the tasks of a suite; errors as of `description`."""
        answer = self._json(f"study/{suite_id}", f"suite {suite_id}")
        found = _as_list(_inside(answer, "study", "tasks", "task_id"))
        try:
            tasks = [int(task) for task in found]
        except (TypeError, ValueError, OverflowError):
            tasks = []
        if min(tasks, default=0) < 1:
            raise InvalidError(f"suite {suite_id} of OpenML has no tasks", "choose another suite")
        return tasks

    def file(self, description: Description) -> bytes:
        """Return a data set's ARFF file, checked against the MD5 of its description.

        Raises:
            InvalidError: it is not what the description says.
            UnavailableError: the server does not answer.
        """
        what = f"the file of data set {description.name}"
        content = self._get(f"{self.url}/data/v1/download/{description.file_id}", what)
        found = hashlib.md5(content, usedforsecurity=False).hexdigest()
        if description.md5_checksum not in (None, found):
            raise InvalidError(
                f"{what} is damaged: its MD5 is {found}, OpenML says {description.md5_checksum}",
                "try again; if it stays so, tell OpenML",
            )
        return content

    def parquet_file(self, description: Description, url: str) -> bytes:
        """Return a data set's Parquet file, for which OpenML gives no checksum."""
        return self._get(url, f"the Parquet file of data set {description.name}")

    def splits_file(self, url: str, task_id: int) -> bytes:
        """Return a task's recorded splits from this server, whichever the address names."""
        what = f"the splits of task {task_id}"
        if not _is_address(url):
            raise _unreadable(what)
        return self._get(f"{self.url}{urlsplit(url).path}", what)

    def _json(self, path: str, what: str) -> Json:
        try:
            answer = json.loads(self._get(f"{self.url}/api/v1/json/{path}", what))
        except (ValueError, RecursionError) as error:
            raise _unreadable(what) from error
        if not isinstance(answer, dict):
            raise _unreadable(what)
        return answer

    def _get(self, url: str, what: str) -> bytes:
        if not _is_address(url):
            raise _unreadable(what)
        try:
            with urllib.request.urlopen(url, timeout=TIMEOUT_SECONDS) as response:  # noqa: S310
                content: bytes = response.read()
                return content
        except urllib.error.HTTPError as error:
            raise self._refused(error, what) from error
        except (ValueError, http.client.InvalidURL) as error:  # characters that no address has
            raise _unreadable(what) from error
        except (OSError, http.client.HTTPException) as error:
            told = getattr(error, "reason", None) or error
            raise UnavailableError(
                f"{self._name} does not answer for {what}: {told}",
                f"try again later, or name another server by {URL_VARIABLE}",
            ) from error

    def _refused(self, error: urllib.error.HTTPError, what: str) -> CrosstrialError:
        if error.code in UNKNOWN:
            return InvalidError(
                f"{self._name} does not have {what} ({_reason(error)})", "mend its number"
            )
        return UnavailableError(
            f"{self._name} does not answer for {what}: {_reason(error)}", "try again later"
        )


def _is_address(url: str) -> bool:
    """Whether it names a server; a file of this machine is none, and no address has a blank."""
    try:
        return urlsplit(url).scheme in ("http", "https") and len(url.split()) == 1
    except ValueError:
        return False


def _inside(answer: object, *keys: str) -> Any:
    """Return what is under nested keys of an answer; None where there is no such thing."""
    for key in keys:
        answer = answer.get(key) if isinstance(answer, dict) else None
    return answer


def _reason(error: urllib.error.HTTPError) -> str:
    """Return OpenML's own words, where it has any."""
    try:
        return str(json.loads(error.read())["error"]["message"])
    except (ValueError, LookupError, TypeError, OSError, RecursionError):
        return f"HTTP {error.code}"


def _read(model: type[Model], answer: object, what: str) -> Model:
    try:
        return model.model_validate(answer)
    except ValidationError as error:
        raise _unreadable(what) from error


def _unreadable(what: str) -> InvalidError:
    return InvalidError(
        f"the answer for {what} is not of the form of OpenML's",
        f"see that {URL_VARIABLE} names a server of OpenML",
    )
