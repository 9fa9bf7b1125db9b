"""Helpers for Home Assistant that every part of the integration uses."""
