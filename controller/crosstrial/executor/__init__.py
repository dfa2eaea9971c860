"""The executor's protocol and its implementations: local processes (Kubernetes comes next)."""
