"""A user's module that leaves a thread behind, for which an interpreter waits before it ends."""

import threading

threading.Thread(target=threading.Event().wait, name="endless").start()
