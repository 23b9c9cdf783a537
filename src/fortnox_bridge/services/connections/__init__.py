"""Connections: what is joined to what, whose a deal is, and what there is to choose from."""
