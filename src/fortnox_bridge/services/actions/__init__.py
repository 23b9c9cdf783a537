"""Workflow actions: what a platform's own automation asks for, once per call, and what it is told afterwards (F13)."""
