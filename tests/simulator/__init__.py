"""Tests of the simulator, through a real socket."""
