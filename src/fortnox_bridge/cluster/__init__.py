"""What several processes share through Redis. Nothing in it is the only copy: without it they are only slower."""
