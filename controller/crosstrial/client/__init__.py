"""The public Python API: submit experiments, follow them, read their results.

`Client` works on any store; `local` runs everything on this machine. The command line is a
thin layer over both.
"""

from crosstrial.client.client import Client
from crosstrial.client.local import LocalMode
from crosstrial.client.registration import Submission
from crosstrial.client.status import ExperimentStatus, PairStatus

__all__ = ["Client", "ExperimentStatus", "LocalMode", "PairStatus", "Submission"]
