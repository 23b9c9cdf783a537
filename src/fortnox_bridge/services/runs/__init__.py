"""Runs: from a delivery to an outcome, and what people ask of them."""
