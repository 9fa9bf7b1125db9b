"""Tests of the checks of script/lint."""
