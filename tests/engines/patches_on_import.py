"""A user's module that puts a function of its own into `pickle`."""

import pickle


def _nothing(*_: object, **__: object) -> bytes:
    return b"nothing"


pickle.dumps = pickle.loads = _nothing
