"""How starting fails."""


class CannotStart(RuntimeError):
    """Something did not come up; the message says why in a sentence and what to do."""
