"""The one error that users see as a single line."""


class ParathemeError(Exception):
    """Something the user can mend; the message names the file or setting, the place and the remedy."""
