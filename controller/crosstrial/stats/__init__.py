"""Pure statistics on arrays: no records, no frames, no I/O."""
