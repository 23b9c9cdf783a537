"""OAuth 2.0 as both ends use it: Fortnox and the source systems. Protocol and token keeping, no vendor."""
