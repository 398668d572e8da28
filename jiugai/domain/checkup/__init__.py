"""The health check (体检): indicators by edition, edits that commute, the score and the need it suggests."""
