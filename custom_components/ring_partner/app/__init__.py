"""What all accounts of one Ring app (client ID) share."""
