"""Benchmarks that compare the integration with a minimal alternative."""
