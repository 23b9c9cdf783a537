"""The command line: what operators type, and the demo."""
