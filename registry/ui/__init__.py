"""How forms look."""
