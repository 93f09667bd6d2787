"""Formats that others read: abuse notices now, hash lists and case files later."""
