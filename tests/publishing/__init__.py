"""Tests of script/release and script/set-repository."""
