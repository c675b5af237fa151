"""One experiment, from its configuration to a logged classifier."""
