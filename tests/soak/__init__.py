"""Home Assistant for many days, and files of processes that are killed."""
