"""A program that runs a trial: started with one document, read line by line, judged by its end.

Its own end counts, not that of what it has started and what may hold its output for ever; what it
wrote may still be on its way through that (`exec > >(tee log)`) and is awaited for a moment.
Neighbours: `contract` says what is in the document and the lines, `command` makes a trial of them.
"""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from crosstrial.domain.cause import Cause
from crosstrial_trial.limits import OomWatch, usage_of_tree
from crosstrial_trial.process import signal_name

REFUSED = 64  # EX_USAGE: how a program says that these parameters make no sense
READ_BYTES = 64 << 10
POLL_SECONDS = 0.1  # how often a program that is silent is looked after
TAIL_BYTES = 4 << 10
# What comes after its end is read until nothing has come for so long, and no more than that.
SILENT_SECONDS = 1.0
LATE_SECONDS = 5.0
LATE_BYTES = 16 << 20


class ProgramError(Exception):
    """A trial failed by its program's doing; `cause` says how."""

    def __init__(self, message: str, cause: Cause = Cause.ESTIMATOR_ERROR) -> None:
        super().__init__(message)
        self.cause = cause


@dataclass
class Late:
    """What has come after a program's end; the time that its reader took does not count."""

    seconds: float = 0.0
    silent_seconds: float = 0.0
    size: int = 0

    def note(self, waited: float, size: int) -> None:
        """Take note of what came after so many seconds."""
        self.seconds += waited
        self.silent_seconds = 0.0 if size else self.silent_seconds + waited
        self.size += size

    @property
    def enough(self) -> bool:
        """Whether no more is waited for."""
        return (
            self.silent_seconds >= SILENT_SECONDS
            or self.seconds >= LATE_SECONDS
            or self.size >= LATE_BYTES
        )


class Program:
    """One run of a program; what it writes to standard error is passed on, its end is kept."""

    def __init__(self, command: Sequence[str], document: Path) -> None:
        """Start it in the document's folder.

        Raises:
            ProgramError: it cannot be started.
        """
        self._name = command[0]
        self._tail = b""
        self._oom = OomWatch()
        try:
            self._process = subprocess.Popen(  # noqa: S603 from the allowlist, no shell
                [*command, str(document)],
                cwd=document.parent,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
            )
        except OSError as error:
            raise ProgramError(f"{self._name} cannot be started: {error.strerror}") from error
        self.pid = self._process.pid
        self.peak_mb = 0.0
        self._cpu_seconds = 0.0

    @property
    def cpu_seconds(self) -> float:
        """What it and all that it has started have used so far."""
        if self._process.returncode is None:
            seen = usage_of_tree(self.pid)
            self._cpu_seconds = max(self._cpu_seconds, 0.0 if seen is None else seen.cpu_seconds)
        return self._cpu_seconds

    def lines(self) -> Iterator[bytes]:
        """Yield what it writes to standard output, by lines, until it has ended.

        A last line without an end counts if the output has ended: else it may be half of one, of
        something that was left behind.

        Raises:
            ProgramError: it ended otherwise than by exit 0.
        """
        output, errors = self._process.stdout, self._process.stderr
        assert output is not None
        assert errors is not None
        begun: list[bytes] = []
        for stream, text in self._read(output, errors):
            if stream is errors:
                self._pass_on(text)
                continue
            first, *others = text.split(b"\n")
            begun.append(first)
            if others:
                yield b"".join(begun)
                *whole, last = others
                yield from whole
                begun = [last]
            if not text and any(begun):
                yield b"".join(begun)
        self._judge(self._reap())

    def close(self) -> None:
        """End it, if it has not ended."""
        if self._process.returncode is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
            self._reap()
        for stream in (self._process.stdout, self._process.stderr):
            assert stream is not None
            stream.close()

    def _reap(self) -> int:
        """Wait for its end; return its exit code, or less than 0 for a signal."""
        _, status, used = os.wait4(self.pid, 0)
        self.peak_mb = used.ru_maxrss / 1024
        self._cpu_seconds = max(self._cpu_seconds, used.ru_utime + used.ru_stime)
        self._process.returncode = os.waitstatus_to_exitcode(status)
        return self._process.returncode

    def _has_ended(self) -> bool:
        return os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None

    def _read(self, *streams: IO[bytes]) -> Iterator[tuple[IO[bytes], bytes]]:
        """Yield what comes from any of the streams, nothing when it ends, until all have ended.

        Once the program has ended, that is waited for within bounds.
        """
        late = Late()
        with selectors.DefaultSelector() as selector:
            for stream in streams:
                selector.register(stream, selectors.EVENT_READ, stream)
            while selector.get_map() and not late.enough:
                ended, since = self._has_ended(), time.monotonic()
                ready = selector.select(POLL_SECONDS)
                came = [(key.data, os.read(key.fd, READ_BYTES)) for key, _ in ready]
                if ended:
                    late.note(time.monotonic() - since, sum(len(text) for _, text in came))
                for stream, text in came:
                    if not text:
                        selector.unregister(stream)
                    yield stream, text

    def _judge(self, code: int) -> None:
        if code == 0:
            return
        told = self._tail.decode(errors="replace").strip()
        after = f"{told}\n" if told else ""
        if code == -signal.SIGKILL and self._oom.happened():
            raise ProgramError(
                f"{after}{self._name}: the container had no memory left", Cause.OUT_OF_MEMORY
            )
        if code < 0:
            raise ProgramError(
                f"{after}{self._name} was ended by {signal_name(-code)}", Cause.CRASHED
            )
        cause = Cause.INVALID_PARAMETERS if code == REFUSED else Cause.ESTIMATOR_ERROR
        raise ProgramError(f"{after}{self._name} ended with exit code {code}", cause)

    def _pass_on(self, text: bytes) -> None:
        sys.stderr.write(text.decode(errors="replace"))
        self._tail = (self._tail + text)[-TAIL_BYTES:]
