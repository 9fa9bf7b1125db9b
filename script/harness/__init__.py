"""Runs a real Home Assistant and the simulator, for development and for tests."""
