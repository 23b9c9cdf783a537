"""What is sold: products as articles, found, created, kept up to date."""
