"""scikit-learn's scorers that fit a table with one target: their task and what they need.

The names are those that scikit-learn 1.6 and every later version knows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from crosstrial.spec.node import Task


@dataclass(frozen=True)
class Scorer:
    """One scorer.

    Attributes:
        name: as `sklearn.metrics.get_scorer` knows it.
        tasks: what it scores.
        binary_only: whether it can't score more than two classes.
        needs_probabilities: whether it needs `predict_proba`.
        needs_decision: whether it needs `decision_function` or else `predict_proba`.
    """

    name: str
    tasks: tuple[Task, ...]
    binary_only: bool = False
    needs_probabilities: bool = False
    needs_decision: bool = False


def _averaged(name: str) -> tuple[Scorer, ...]:
    """A score of one class, and its averages over several."""
    averages = ("macro", "micro", "weighted")
    return (
        Scorer(name, ("classification",), binary_only=True),
        *(Scorer(f"{name}_{average}", ("classification",)) for average in averages),
    )


def _probabilities(name: str, *, binary_only: bool = False) -> Scorer:
    return Scorer(name, ("classification",), binary_only, needs_probabilities=True)


def _decision(name: str, *, binary_only: bool = False) -> Scorer:
    return Scorer(name, ("classification",), binary_only, needs_decision=True)


_ALL = (
    Scorer("balanced_accuracy", ("classification",)),
    Scorer("accuracy", ("classification",)),
    Scorer("matthews_corrcoef", ("classification",)),
    *_averaged("f1"),
    *_averaged("jaccard"),
    *_averaged("precision"),
    *_averaged("recall"),
    Scorer("positive_likelihood_ratio", ("classification",), binary_only=True),
    Scorer("neg_negative_likelihood_ratio", ("classification",), binary_only=True),
    _probabilities("neg_log_loss"),
    _probabilities("d2_log_loss_score"),
    # Three classes and more came with scikit-learn 1.7.
    _probabilities("neg_brier_score", binary_only=True),
    _probabilities("roc_auc_ovo"),
    _probabilities("roc_auc_ovo_weighted"),
    _probabilities("roc_auc_ovr"),
    _probabilities("roc_auc_ovr_weighted"),
    _decision("roc_auc", binary_only=True),
    _decision("average_precision"),
    _decision("top_k_accuracy"),
    *(
        Scorer(name, ("regression",))
        for name in (
            "neg_root_mean_squared_error",
            "neg_mean_squared_error",
            "neg_mean_absolute_error",
            "neg_median_absolute_error",
            "neg_max_error",
            "neg_mean_absolute_percentage_error",
            "neg_mean_squared_log_error",
            "neg_root_mean_squared_log_error",
            "neg_mean_poisson_deviance",
            "neg_mean_gamma_deviance",
            "r2",
            "explained_variance",
            "d2_absolute_error_score",
        )
    ),
)
SCORERS: Mapping[str, Scorer] = {scorer.name: scorer for scorer in _ALL}

_CLUSTERING = "compares clusterings, not classes or numbers that are to be predicted"
_MULTILABEL = "is for several labels a row"
# Names that scikit-learn knows and that are refused, with the reason.
UNFIT: Mapping[str, str] = {
    "adjusted_mutual_info_score": _CLUSTERING,
    "adjusted_rand_score": _CLUSTERING,
    "completeness_score": _CLUSTERING,
    "fowlkes_mallows_score": _CLUSTERING,
    "homogeneity_score": _CLUSTERING,
    "mutual_info_score": _CLUSTERING,
    "normalized_mutual_info_score": _CLUSTERING,
    "rand_score": _CLUSTERING,
    "v_measure_score": _CLUSTERING,
    "f1_samples": _MULTILABEL,
    "jaccard_samples": _MULTILABEL,
    "precision_samples": _MULTILABEL,
    "recall_samples": _MULTILABEL,
    "d2_brier_score": "is not known to scikit-learn before 1.8",
}
