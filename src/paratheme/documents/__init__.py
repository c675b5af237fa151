"""Files -> documents -> blocks of text."""
