"""Pictures, clips and live view of the cameras of one account."""
