"""Fixtures that several tiers share, and how hypothesis looks for examples."""

from hypothesis import settings

from support.arena import arena

__all__ = ["arena"]

# The same examples in every run, whatever the machine's speed: a red build is a change's doing.
# `pytest --hypothesis-profile=search` looks for new ones.
settings.register_profile("stable", derandomize=True, deadline=None)
settings.register_profile("search", max_examples=2000, deadline=None)
settings.load_profile("stable")
