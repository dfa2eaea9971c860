"""Data sets: where they come from, the one form in which they are kept, how they are split."""
