"""The executor's protocol and its implementations: local processes and Kubernetes.

`local` runs each batch under a `launcher`, a process that stands in for the container; the two
speak through the files of a `batch_folder`. `diagnosis` is what every executor makes of an exit
code, `processes` and `cores` are what Linux tells. `kubernetes` is a package of its own.
"""
