"""Where estimators may come from: the variable and its default.

Apart from `estimators`, because a local batch's launcher reads the worker's contract and must
start at once, without the grammar of documents.
"""

MODULES = "CROSSTRIAL_ESTIMATOR_MODULES"  # prefixes, comma-separated
DEFAULT_MODULES = "sklearn"
