"""A connector that cannot even be imported."""

raise SystemExit("this package was never finished")
