"""What Home Assistant's hassfest and HACS would find, and a few rules of our own.

``python -m script.checks`` runs every check over the checkout, offline.
"""
