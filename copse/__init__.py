"""Copse: a country's child online protection system in one install."""
