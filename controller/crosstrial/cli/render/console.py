"""What a command shows, on standard output."""

from __future__ import annotations

from rich.console import RenderableType

from crosstrial.client.screen import console


def show(*renderables: RenderableType) -> None:
    """Print on standard output, without the blanks that fill table rows where it is a pipe."""
    target = console()
    if target.is_terminal:
        target.print(*renderables, sep="\n")
        return
    with target.capture() as capture:
        target.print(*renderables, sep="\n")
    lines = (line.rstrip() for line in capture.get().splitlines())
    target.file.write("\n".join(lines) + "\n")
