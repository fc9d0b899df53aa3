"""A user's module that writes into every socket that it finds open."""

import contextlib
import os
import stat

print("about to fail", flush=True)

for descriptor in range(3, 64):
    with contextlib.suppress(OSError):
        if stat.S_ISSOCK(os.fstat(descriptor).st_mode):
            os.write(descriptor, b"\x04\x00\x00\x00junk")
