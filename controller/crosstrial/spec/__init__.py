"""What a user writes: grammar, errors with line numbers, JSON schema; no I/O library."""
