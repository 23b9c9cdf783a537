"""Background work: takes due runs, keeps their leases, and puts back what a crash left behind."""
