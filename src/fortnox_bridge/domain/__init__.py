"""The neutral model: what a deal, a customer, a product, a draft and a run are. Pure, frozen, standard library only."""
