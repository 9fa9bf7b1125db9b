"""One Ring account: sign-in, stored data, options and the health of the service."""
