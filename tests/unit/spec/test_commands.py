"""Models that are programs: what a document may name, and what it can't ask of them."""

from __future__ import annotations

import pytest

from crosstrial.spec.commands import allowed_commands, check_command, command_mistakes
from crosstrial.spec.document import Command
from crosstrial.spec.errors import InvalidError
from support.documents import assert_told, broken, parsed

CLASS = "model: sklearn.svm.SVC"
PROGRAM = "model: {command: [/opt/models/nearest, --quiet]}"
ALLOWED = ("/opt/models/", "/usr/bin/fit")


@pytest.mark.parametrize(
    "program", ["/opt/models/nearest", "/opt/models/deep/er", "/usr/bin/fit"], ids=str
)
def test_programs_and_folders_that_are_named_may_be_run(program: str) -> None:
    check_command([program, "--any"], ALLOWED)


@pytest.mark.parametrize(
    ("program", "words"),
    [
        ("/usr/bin/fit2", "not among the programs"),
        ("/opt/models", "not among the programs"),
        ("/opt/modelss/x", "not among the programs"),
        ("/opt/models/../../bin/sh", "not the absolute path"),
        ("/opt/models//x", "not the absolute path"),
        ("nearest", "not the absolute path"),
        ("", "not the absolute path"),
    ],
)
def test_other_programs_may_not(program: str, words: str) -> None:
    with pytest.raises(InvalidError, match=words):
        check_command([program], ALLOWED)


def test_none_may_be_run_unless_it_is_named() -> None:
    assert allowed_commands({}) == ()
    assert allowed_commands({"CROSSTRIAL_COMMANDS": " /a/ ,/b,"}) == ("/a/", "/b")
    with pytest.raises(InvalidError, match="set CROSSTRIAL_COMMANDS=/a/b"):
        check_command(["/a/b"], ())


def test_a_program_serves_both_tasks_unless_told() -> None:
    model = parsed(CLASS, PROGRAM).models()["svm"].model
    assert model == Command(command=("/opt/models/nearest", "--quiet"))
    assert model.tasks == ("classification", "regression")


@pytest.mark.parametrize(
    ("more", "place", "words"),
    [
        ("preprocess: {scale: standard}", "preprocess", "sees the data as they are"),
        ("epochs: {count: 3, by: partial_fit}", "epochs.by", "its own affair; write `epochs: 3`"),
    ],
)
def test_what_only_classes_have_is_refused(more: str, place: str, words: str) -> None:
    experiment = parsed(CLASS, f"{PROGRAM}\n        {more}")
    [mistake] = command_mistakes(experiment, ALLOWED)
    assert f"{place}: " in str(mistake)
    assert words in str(mistake)
    [*_, refused] = command_mistakes(experiment, ())
    assert len(list(command_mistakes(experiment, ()))) == 2, refused


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        broken("no words", CLASS, "model: {↓command: []}", "names no program"),
        broken("no task", CLASS, "model: {command: [/a], ↓tasks: []}", "serves no task"),
        broken("a text", CLASS, "model: {command: ↓nearest --x}", "must be a list"),
        broken("a task", CLASS, "model: {command: [/a], tasks: [↓ranking]}", "must be"),
        broken("an image", CLASS, "model: {command: [/a], ↓image: b}", "is no known key"),
    ],
)
def test_mistakes_are_told_at_their_place(old: str, new: str, words: str) -> None:
    assert_told(old, new, words)
