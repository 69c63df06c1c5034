"""A service that knows quotes."""
