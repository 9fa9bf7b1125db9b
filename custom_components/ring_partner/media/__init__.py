"""Pictures, clips and live view of cameras, and sounds of chimes, of one account."""
