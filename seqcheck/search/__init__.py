"""Property-based search over scenarios: the only place that knows hypothesis."""
