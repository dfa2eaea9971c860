"""From counted outcomes to frames, selection on validation, and comparisons; pure, read-only."""
