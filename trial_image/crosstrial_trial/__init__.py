"""The worker: runs one batch of trials inside a pod or a local process (see README.md)."""
