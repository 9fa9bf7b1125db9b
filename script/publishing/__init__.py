"""Publishes releases, and sets the address of the repository."""
