"""A process that uses the server of a folder: `python -m support.server_user FOLDER [ROUNDS]`.

It tells the server's process and holds on until its input ends; or takes part in many rounds,
in each of which it joins, writes one outcome, reads it back, and leaves.
"""

from __future__ import annotations

import json
import os
import sys
from contextlib import closing
from pathlib import Path

from crosstrial.store.connect import open_store
from crosstrial.store.embedded import EmbeddedServer
from support.stored import outcome


def hold(folder: Path) -> None:
    server = EmbeddedServer(folder)
    server.acquire()
    noted = json.loads((folder / "server.json").read_text())
    sys.stdout.write(f"{noted['pid']}\n")
    sys.stdout.flush()
    sys.stdin.read()
    server.release()


def take_part(folder: Path, rounds: int) -> None:
    server = EmbeddedServer(folder)
    for index in range(rounds):
        written = outcome(index, model=f"m{os.getpid()}")
        with closing(open_store(server.acquire())) as store:
            store.insert_outcomes([written])
            assert store.outcomes([written.id]) == [written]
        server.release()


if __name__ == "__main__":
    if len(sys.argv) > 2:
        take_part(Path(sys.argv[1]), int(sys.argv[2]))
    else:
        hold(Path(sys.argv[1]))
