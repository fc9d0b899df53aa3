"""A user's module that raises."""

print("about to fail")
raise ValueError("no data here")
