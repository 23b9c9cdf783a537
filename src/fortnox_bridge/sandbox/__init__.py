"""The simulated world: one process that stands in for every vendor, over real HTTP."""
