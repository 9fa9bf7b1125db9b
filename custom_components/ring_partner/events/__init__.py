"""Events of one account, from webhooks and from the event history."""
