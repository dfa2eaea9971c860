"""From values to text: tables, live progress, JSON; no control characters unless on a terminal."""
