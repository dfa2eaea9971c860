"""Make a data set ready for the children, in a process of its own whose memory ends with it."""

from __future__ import annotations

from multiprocessing.connection import Connection
from pathlib import Path

from crosstrial.spec.errors import InvalidError
from crosstrial_trial.child import enter
from crosstrial_trial.setting import Setting
from crosstrial_trial.wire import Prepared


def main(
    connection: Connection,
    output: Connection,
    temporary: str,
    file: Path | None,
    folder: Path,
    setting: Setting,
) -> None:
    """Write the arrays of `file` (None: they are there) to `folder`, try the splits, say how."""
    enter(output, temporary)
    # The parent imports this module to name `main`, and does without pandas.
    from crosstrial.data.splits import splits_digest  # noqa: PLC0415
    from crosstrial.data.table import DamagedTableError  # noqa: PLC0415
    from crosstrial_trial.ground import Ground  # noqa: PLC0415

    try:
        if file is not None:
            _convert(file, folder, setting.digest)
        ground = Ground.load(folder, setting)
        prepared = Prepared(splits_digest=splits_digest(ground.splits))
    except (DamagedTableError, InvalidError) as error:
        prepared = Prepared(error=str(error))
    connection.send_bytes(prepared.model_dump_json().encode())


def _convert(file: Path, folder: Path, digest: str) -> None:
    from crosstrial.data.table import DamagedTableError, read_table  # noqa: PLC0415
    from crosstrial_trial.arrays import save_arrays  # noqa: PLC0415

    table = read_table(file)
    if table.digest != digest:
        raise DamagedTableError(
            f"the data file stored under {digest} holds another data set, {table.digest}"
        )
    save_arrays(table, folder)
