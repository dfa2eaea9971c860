"""Estimator classes by dotted path: which may be loaded, for which task, with which parameters.

Modules are imported when a class is asked for, and only from the allowlist: a document is data,
it must not choose what code runs. Used by the client; the worker loads by the same rule.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import ModuleType

from crosstrial.spec.allowlist import DEFAULT_MODULES, MODULES
from crosstrial.spec.document import Command, Model
from crosstrial.spec.epoch_ways import epoch_mistakes
from crosstrial.spec.errors import InvalidError, InvalidKeyError, Location
from crosstrial.spec.node import TASKS, Task
from crosstrial.spec.scorers import Scorer
from crosstrial.spec.wording import choice, either, nearest

KINDS: dict[Task, str] = {"classification": "classifier", "regression": "regressor"}


def allowed_modules(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Return the packages and modules that estimators may come from."""
    listed = environ.get(MODULES) or DEFAULT_MODULES
    return tuple(name.strip() for name in listed.split(",") if name.strip())


def load_class(path: str, modules: tuple[str, ...]) -> type:
    """Return the class that a dotted path names.

    Args:
        path: module and class, such as `sklearn.svm.SVC`.
        modules: packages and modules that it may be in, whole names: `sklearn` allows
            `sklearn.svm`, not `sklearn_extra`.

    Raises:
        InvalidError: it may not be loaded, is not there, or is no estimator.
        ModuleNotFoundError: scikit-learn itself is missing.
    """
    module_name, _, name = path.rpartition(".")
    if not module_name or not all(part.isidentifier() for part in path.split(".")):
        raise InvalidError(f"{path!r} is not the path of a class", "write such as sklearn.svm.SVC")
    if not any(f"{module_name}.".startswith(f"{prefix}.") for prefix in modules):
        raise _not_allowed(path, modules)
    found = _member(_module(module_name), name)
    missing = [method for method in ("fit", "predict") if not callable(getattr(found, method, 0))]
    if missing:
        raise InvalidError(
            f"{path} has no {' and no '.join(missing)}", "name a classifier or regressor"
        )
    return found


def _not_allowed(path: str, modules: tuple[str, ...]) -> InvalidError:
    module, _, _ = path.rpartition(".")
    top = module.partition(".")[0]
    meant = nearest(top, modules)
    if meant:
        remedy = f"did you mean {meant}{path.removeprefix(top)}?"
    else:
        remedy = f"choose another class, or set {MODULES}={','.join((*modules, module))}"
    return InvalidError(
        f"{path} is outside of the modules that are allowed, {either(modules)}", remedy
    )


def _module(name: str) -> ModuleType:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name == "sklearn":
            raise
        raise _not_found(name, error.name or name) from error
    except Exception as error:  # a module of the user's own may raise anything
        raise InvalidError(
            f"the module {name} cannot be imported: {type(error).__name__}: {error}",
            f"`python -c 'import {name}'` shows where",
        ) from error


def _not_found(name: str, missing: str) -> InvalidError:
    if not f"{name}.".startswith(f"{missing}."):
        return InvalidError(
            f"the module {name} needs {missing}, which is not installed",
            f"pip install {missing.partition('.')[0]}",
        )
    parent, _, _ = missing.rpartition(".")
    if not parent:
        return InvalidError(
            f"{missing} is not installed",
            "install it beside crosstrial, whose extras bring scikit-learn only",
        )
    package = importlib.import_module(parent)
    known = [f"{parent}.{m.name}" for m in pkgutil.iter_modules(getattr(package, "__path__", ()))]
    public = [module for module in known if "._" not in module]
    return InvalidError(f"there is no module {missing}", choice(missing, public))


def _member(module: ModuleType, name: str) -> type:
    try:
        found = getattr(module, name, None)
    except ImportError:  # how scikit-learn tells what it has removed
        found = None
    if isinstance(found, type):
        return found
    known = [n for n, member in vars(module).items() if n[0] != "_" and _is_estimator(member)]
    what = "is not there" if found is None else "is no class"
    remedy = choice(name, sorted(known)) if known else f"{module.__name__} has no estimators"
    raise InvalidError(f"{module.__name__}.{name} {what}", remedy)


def _is_estimator(member: object) -> bool:
    return isinstance(member, type) and hasattr(member, "fit") and hasattr(member, "predict")


def model_classes(model: Model, modules: tuple[str, ...]) -> dict[Task, str]:
    """Return the path of a model's class, or its program's command line, for each of its tasks.

    A single class serves the tasks that it says it is for. One that says nothing is refused
    rather than taken for both: half of its trials could only fail.

    Raises:
        InvalidError: a class that can't be loaded or is not for its task; `at` is its place
            in the model.
        ModuleNotFoundError: scikit-learn itself is missing.
    """
    classes: dict[Task, str] = {}
    if isinstance(model.model, Command):
        classes = dict.fromkeys(model.model.tasks, shlex.join(model.model.command))
    for named in _named(model):
        _, tasks = _loaded(named, modules)
        classes |= dict.fromkeys(tasks, named.path)
    return classes


def check_model(
    model: Model, modules: tuple[str, ...], *, at: Location = ()
) -> Iterator[InvalidError]:
    """Yield classes that can't be used, and parameters that they do not have.

    Args:
        model: a model of the document.
        modules: as for `load_class`.
        at: the model's place.

    Raises:
        ModuleNotFoundError: scikit-learn itself is missing.
    """
    for named in _named(model):
        try:
            found, _ = _loaded(named, modules)
        except InvalidError as error:
            yield error.below(at)
        else:
            yield from (error.below(at) for error in _parameters(model, named, found))
            yield from (error.below(at) for error in epoch_mistakes(model, found))


def can_score(path: str, modules: tuple[str, ...], scorer: Scorer) -> bool:
    """Whether a class has the method that a scorer needs beside `predict`."""
    found = load_class(path, modules)
    if scorer.needs_probabilities:
        return hasattr(found, "predict_proba")
    if scorer.needs_decision:
        return hasattr(found, "decision_function") or hasattr(found, "predict_proba")
    return True


@dataclass(frozen=True)
class _Named:
    """A class as a model names it; `task` is None where it is the only one."""

    place: Location
    path: str
    task: Task | None = None


def _named(model: Model) -> list[_Named]:
    if isinstance(model.model, Command):
        return []
    if isinstance(model.model, str):
        return [_Named(("model",), model.model)]
    paths = {task: getattr(model.model, task) for task in TASKS}
    return [_Named(("model", task), path, task) for task, path in paths.items() if path]


def _loaded(named: _Named, modules: tuple[str, ...]) -> tuple[type, tuple[Task, ...]]:
    try:
        found = load_class(named.path, modules)
        return found, _served_tasks(found, named)
    except InvalidError as error:
        raise error.below(named.place) from error


def _served_tasks(found: type, named: _Named) -> tuple[Task, ...]:
    kinds = _kinds(found)
    said = tuple(task for task in TASKS if KINDS[task] in kinds)
    if named.task is None and said:
        return said
    if named.task is not None and (named.task in said or not kinds):
        return (named.task,)
    if kinds:
        raise InvalidError(
            f"{named.path} is of another kind: {either(sorted(kinds))}",
            f"name a {KINDS[named.task] if named.task else 'classifier or regressor'}",
        )
    raise InvalidError(
        f"{named.path} does not say whether it is a classifier or a regressor",
        f"write `model: {{classification: {named.path}}}`, or regression, or both",
    )


def _kinds(found: type) -> set[str]:
    """Return what a class says that it is: by scikit-learn's mixins, or by the older attribute."""
    from sklearn import base  # noqa: PLC0415 slow, and not installed everywhere

    mixins = {
        "classifier": base.ClassifierMixin,
        "regressor": base.RegressorMixin,
        "clusterer": base.ClusterMixin,
        "outlier detector": base.OutlierMixin,
    }
    kinds = {kind for kind, mixin in mixins.items() if issubclass(found, mixin)}
    attribute = getattr(found, "_estimator_type", None)
    return kinds or ({attribute.replace("_", " ")} if isinstance(attribute, str) else set())


def _parameters(model: Model, named: _Named, found: type) -> Iterator[InvalidError]:
    parameters = inspect.signature(found).parameters
    for name, parameter in parameters.items():
        variadic = parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
        if parameter.default is parameter.empty and not variadic and name not in model.space:
            yield InvalidError(
                f"{named.path} needs the parameter {name}", "give it in `space`", at=named.place
            )
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters.values()):
        return  # it takes what it does not name
    for at in _places(model):
        # What follows two underscores belongs to an estimator within.
        name = str(at[-1]).partition("__")[0]
        if name not in parameters:
            message = f"{named.path} has no parameter {name}"
            yield InvalidKeyError(message, choice(name, parameters), at=at)


def _places(model: Model) -> Iterator[Location]:
    yield from (("space", name) for name in model.space)
    for position, point in enumerate(model.points):
        yield from (("points", position, name) for name in point)
