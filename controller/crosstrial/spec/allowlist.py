"""Where estimators and programs may come from: the variables and the default.

Apart from `estimators`, because a local batch's launcher reads the worker's contract and must
start at once, without the grammar of documents.
"""

MODULES = "CROSSTRIAL_ESTIMATOR_MODULES"  # prefixes, comma-separated
DEFAULT_MODULES = "sklearn"
COMMANDS = "CROSSTRIAL_COMMANDS"  # programs and folders of them, comma-separated; none by default
