"""`python -m cluster`: what is kubectl's reaches kubectl as it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from cluster.__main__ import main


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["get", "pods"], id="command first"),
        pytest.param(["-n", "x", "get", "pods"], id="option first"),
        pytest.param(["--help"], id="help"),
        pytest.param(["exec", "pod", "--", "ls", "-l"], id="two dashes"),
    ],
)
def test_kubectl_is_given_every_argument(
    arguments: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    kubectl = tmp_path / "kubectl"
    kubectl.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\nexit 3\n')
    kubectl.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    monkeypatch.setenv("CROSSTRIAL_TEST_KUBECONFIG", str(tmp_path / "config"))
    monkeypatch.setattr("sys.argv", ["cluster", "kubectl", *arguments])
    assert main() == 3
    assert capfd.readouterr().out.splitlines()[1:] == arguments
