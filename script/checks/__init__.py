"""The rules of this repository that no other tool checks.

``python -m script.checks`` applies them to the checkout.
"""
