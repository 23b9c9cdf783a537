"""Use cases, one verb each. They join the pipeline, the storage, Fortnox and the connectors."""
