"""A child: maps the data set, then runs one trial after another as it is told.

The only process where user code runs. Neighbours: `member` is its parent's view of it, `wire`
what they say to each other.
"""

from __future__ import annotations

import faulthandler
import os
import signal
import sys
import tempfile
from multiprocessing.connection import Connection
from pathlib import Path

from crosstrial_trial.bonds import die_with_parent
from crosstrial_trial.setting import Setting
from crosstrial_trial.wire import READY, Job


def enter(output: Connection, temporary: str) -> None:
    """Make this process one that ends with its parent, and whose output is the parent's to read.

    Its process group is its own, so that what user code starts can be ended with it. So is the
    folder `temporary`, where that finds room, so that what it leaves can be removed.
    """
    os.setpgid(0, 0)
    die_with_parent()
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    os.environ["TMPDIR"] = tempfile.tempdir = temporary
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
        os.dup2(output.fileno(), stream.fileno())
    output.close()
    faulthandler.enable()  # a crash then names the line in its output


def main(
    connection: Connection,
    output: Connection,
    temporary: str,
    folder: Path,
    setting: Setting,
    curves: Path,
) -> None:
    """Run trials until the parent hangs up; `curves` is the file of others' curves."""
    enter(output, temporary)
    # The parent imports this module to name `main`, and does without scikit-learn.
    from crosstrial_trial.ground import Ground  # noqa: PLC0415
    from crosstrial_trial.trial import run_trial  # noqa: PLC0415

    ground = Ground.load(folder, setting, curves)
    connection.send_bytes(READY)
    while True:
        try:
            message = connection.recv_bytes()
        except EOFError:
            return
        # The trial before may have removed it.
        Path(temporary).mkdir(mode=0o700, parents=True, exist_ok=True)
        report = run_trial(Job.model_validate_json(message), setting, ground)
        sys.stdout.flush()
        sys.stderr.flush()
        connection.send_bytes(report.model_dump_json().encode())
