"""Who the document is for: found, created, kept up to date."""
