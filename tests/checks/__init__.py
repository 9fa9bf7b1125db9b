"""Tests of what script/lint finds in broken copies of the checkout."""
