"""Sealed records."""
