"""Tests of the client of Ring's cloud."""
