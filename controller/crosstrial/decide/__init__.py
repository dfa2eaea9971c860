"""Pure decisions, one policy a file: draw, balance, pack, size, settle, retry, plan."""
