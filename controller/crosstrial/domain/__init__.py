"""What exists: pairs, trials, batches, outcomes, their states and causes; frozen, without I/O."""
