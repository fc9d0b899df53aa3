"""A user's module whose import never ends, and that cannot be asked to stop."""

import itertools
import signal

print("about to fail", flush=True)
signal.signal(signal.SIGTERM, signal.SIG_IGN)
for _ in itertools.count():
    pass
