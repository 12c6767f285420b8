"""The one kind of error the rules raise for bad input."""


class RuleError(ValueError):
    """Bad input, with a message for people and a ``code`` for programs.

    ``message`` may be a lazy translation with ``%(name)s`` placeholders filled from ``params``; it is
    rendered when shown, in the reader's language.
    """

    def __init__(self, message, code, **params):
        super().__init__(message, code, params)
        self.message = message
        self.code = code
        self.params = params

    def __str__(self):
        text = str(self.message)
        return text % self.params if self.params else text
