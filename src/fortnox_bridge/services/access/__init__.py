"""Getting into the systems on both sides: accounts, consents, tokens, keys."""
