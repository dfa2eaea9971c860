"""The gallery shows what the code draws now; where it does not, `make gallery` draws it again."""

from __future__ import annotations

import re

import pytest

from support.gallery import FOLDER, PAGE, drawn, page, pictures, written

NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")
PIXELS = 1.0  # what the width of a text or the last digit of a score may move
MOST_BYTES = 600_000


@pytest.fixture(scope="module")
def now() -> dict[str, str]:
    return drawn()


def looks(picture: str) -> tuple[list[str], list[str], list[float]]:
    """A picture's texts, its marks without their coordinates, and these."""
    texts = [part for part in re.findall(r">([^<>]*)<", picture) if part.strip()]
    marks = " ".join(re.findall(r"<[^<>]*>", picture))
    return texts, NUMBER.split(marks), [float(one) for one in NUMBER.findall(marks)]


def test_the_page_holds_what_is_printed_now(now: dict[str, str]) -> None:
    assert page(now) == PAGE.read_text()


@pytest.mark.parametrize("name", pictures())
def test_a_picture_is_what_the_code_draws_now(name: str, now: dict[str, str]) -> None:
    texts, marks, places = looks((FOLDER / name).read_text())
    texts_now, marks_now, places_now = looks(now[name])
    assert texts == texts_now
    assert marks == marks_now
    assert places == pytest.approx(places_now, abs=PIXELS)


def test_every_picture_that_is_kept_is_shown() -> None:
    assert sorted(pictures()) == sorted(path.name for path in FOLDER.glob("*.svg"))


def test_every_kind_of_answer_that_is_drawn_is_shown(now: dict[str, str]) -> None:
    def kinds(names: list[str]) -> set[str]:
        return {re.sub(r"-\d+", "", name) for name in names}

    assert kinds(list(now)) == kinds([*pictures(), *written()])


def test_the_gallery_stays_small() -> None:
    files = [PAGE, *FOLDER.iterdir()]
    assert sum(path.stat().st_size for path in files) < MOST_BYTES
