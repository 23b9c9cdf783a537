"""Preflight: whether Fortnox would take our documents, found out before anything is written (F8). Pure.

`document` judges one planned document, `company` everything that a connection's settings name.
"""
