"""A user's module that ends its process."""

import os

print("about to fail", flush=True)
os._exit(9)
