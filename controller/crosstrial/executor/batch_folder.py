"""A local batch's folder: what the executor and the batch's launcher tell each other by files.

- `lock`: flocked by whoever launches, then by the launcher for life
- `launched`: a launcher was started and told its job
- `pod.json`: the launcher is up: its id, which is the batch's pod, and where it runs
- `stop`: the batch is asked to end
- `termination-log`: the blame slots
- `log`: what the batch has printed
- `exit.json`: the launcher's last word: every process of the batch is gone

The lock is held as long as the launcher lives; free without `exit.json`, the launcher was killed.
"""

from __future__ import annotations

import fcntl
import json
import os
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from crosstrial.domain.cause import Cause
from crosstrial.domain.execution import named_positions
from crosstrial.executor.diagnosis import End

LOG_BYTES = 1 << 20  # what a batch has printed beyond this is cut,
KEPT_LOG_BYTES = LOG_BYTES // 4  # to its last part
CUT = b"[what was printed before this is cut]\n"


@dataclass(frozen=True)
class Job:
    """What a launcher must know of its batch. `memory` in bytes."""

    batch: str
    command: tuple[str, ...]
    children: int
    memory: int
    deadline_seconds: float
    grace_seconds: float

    def to_json(self) -> bytes:
        """Return it as a launcher reads it."""
        return json.dumps(asdict(self)).encode()

    @classmethod
    def from_json(cls, text: bytes) -> Job:
        """Return the job that `to_json` wrote."""
        fields = json.loads(text)
        return cls(**{**fields, "command": tuple(fields["command"])})


class BatchFolder:
    """The files of one batch."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.log = path / "log"
        self.termination_log = path / "termination-log"
        self._lock = path / "lock"
        self._launched = path / "launched"
        self._pod = path / "pod.json"
        self._stop = path / "stop"
        self._exit = path / "exit.json"

    # The lock.

    def try_lock(self) -> int | None:
        """Take the lock; return its descriptor, or None when somebody has it."""
        descriptor = os.open(self._lock, os.O_RDWR | os.O_CREAT, 0o644)
        if _flock(descriptor, fcntl.LOCK_EX):
            return descriptor
        os.close(descriptor)
        return None

    @property
    def locked(self) -> bool:
        """Whether a launcher lives, or is being started."""
        try:
            descriptor = os.open(self._lock, os.O_RDONLY)
        except FileNotFoundError:
            return False
        # Shared, so that two that only look don't see each other.
        free = _flock(descriptor, fcntl.LOCK_SH)
        os.close(descriptor)
        return not free

    # The executor's word.

    def mark_launched(self) -> None:
        """Note that a launcher has its job."""
        self._launched.touch()

    @property
    def launched(self) -> bool:
        """Whether a launcher has, or had, its job: it must not be given to another."""
        return self._launched.exists() or self._pod.exists() or self.ended

    def ask_to_stop(self) -> None:
        """Ask the batch to end; nothing happens when there is no such folder."""
        try:
            self._stop.touch()
        except FileNotFoundError:
            return

    @property
    def asked_to_stop(self) -> bool:
        """Whether the batch was asked to end."""
        return self._stop.exists()

    # The launcher's word.

    def write_pod(self, pod: str, node: str) -> None:
        """Note that the launcher is up."""
        _write(self._pod, {"pod": pod, "node": node, "pid": os.getpid()})

    def pod(self) -> str | None:
        """Return the launcher's id; None while it is not up."""
        fields = _read(self._pod)
        return None if fields is None else str(fields["pod"])

    def write_end(self, end: End) -> None:
        """Note why the batch ended; every process of it is gone."""
        _write(self._exit, {"cause": end.cause, "message": end.message})

    @property
    def ended(self) -> bool:
        """Whether the launcher has said its last word."""
        return self._exit.exists()

    def end(self) -> End | None:
        """Return why the batch ended; None before."""
        fields = _read(self._exit)
        if fields is None:
            return None
        cause = fields["cause"]
        return End(None if cause is None else Cause(cause), fields["message"])

    def finished(self) -> datetime:
        """Return when the last word was said."""
        return datetime.fromtimestamp(self._exit.stat().st_mtime, UTC)

    # The worker's word.

    def named(self) -> tuple[int, ...] | None:
        """Return the manifest positions in the blame slots; None when there are no slots."""
        try:
            return named_positions(self.termination_log.read_bytes())
        except FileNotFoundError:
            return None

    def printed(self) -> str | None:
        """Return what was printed; None when there is no log."""
        try:
            return self.log.read_text(errors="replace")
        except FileNotFoundError:
            return None

    def shorten_log(self) -> None:
        """Cut a log that has grown too long; what is printed in that instant may be lost."""
        if self.log.stat().st_size <= LOG_BYTES:
            return
        with self.log.open("r+b") as file:
            file.seek(-KEPT_LOG_BYTES, os.SEEK_END)
            kept = file.read()
            file.seek(0)
            file.write(CUT + kept)
            file.truncate()


def _flock(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _write(path: Path, fields: dict[str, Any]) -> None:
    """Write a file whole or not at all, also when the machine loses power."""
    temporary = path.with_suffix(".new")
    with temporary.open("w") as file:
        json.dump(fields, file)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def _read(path: Path) -> dict[str, Any] | None:
    try:
        fields: dict[str, Any] = json.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    return fields
