"""The store's protocol and its implementations: MongoDB, and in memory for tests and dry runs."""
