"""Fixtures that several tiers share."""

from support.arena import arena

__all__ = ["arena"]
