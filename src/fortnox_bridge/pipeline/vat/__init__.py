"""VAT of the deal at hand: the facts are gathered and refusals worded here, decided in `domain/vat`."""
