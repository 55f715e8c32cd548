"""Synthetic cohorts with a known truth, fitted to published series.

Everything here but `store` and `demo` is pure: numpy in, arrays out, no Django.
"""
