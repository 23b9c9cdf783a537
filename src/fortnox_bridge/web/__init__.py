"""Ways in by HTTP: webhooks, REST, OAuth, and the few pages people see."""
