"""Documents for deals of the past."""
