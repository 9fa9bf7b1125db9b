"""Tests of the simulator, against the API reference and over a real socket."""
