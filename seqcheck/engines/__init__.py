"""Ways of driving an instance, and the processes that they run in."""
