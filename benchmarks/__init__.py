"""What the integration costs, measured against doing without it."""
