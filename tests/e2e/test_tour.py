"""The README's tour, command by command, on whatever cluster the tests have."""

from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path

import pytest

from cluster.images import CHECKOUT
from support.installation import Installation

pytestmark = pytest.mark.timeout(1800)

README = CHECKOUT / "README.md"
TOUR = README.read_text().split("### Ten minutes on kind")[1].split("\n## ")[0]
COMMANDS = [
    line
    for block in re.findall(r"```bash\n(.*?)```", TOUR, re.DOTALL)
    for line in block.splitlines()
]


def test_every_command_of_the_tour_works(installation: Installation, tmp_path: Path) -> None:
    kubectl = tmp_path / "kubectl"
    kubectl.write_text(
        f'#!/bin/sh\nexec {shlex.join(map(str, installation.cluster.kubectl))} "$@"\n'
    )
    kubectl.chmod(0o755)
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-x", "-c", "\n".join(COMMANDS)],
        cwd=CHECKOUT,
        env={**installation.environment, "PATH": f"{tmp_path}:{installation.environment['PATH']}"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    printed = done.stdout
    assert "tour is completed: 60 of 60 trials ended, 0 of them failed." in printed
    assert re.search(r" SuccessfulCreate +job/crosstrial-\w+-0 ", printed)
    assert "Average ranks of tuned test scores" in printed
