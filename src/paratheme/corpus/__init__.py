"""Labelled blocks: where they come from, and how they are divided."""
