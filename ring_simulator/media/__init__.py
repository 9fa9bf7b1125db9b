"""Pictures, clips and live views of the simulated cameras (API reference, 2.8-2.10)."""
