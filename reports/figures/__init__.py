"""Pure figures: each draws only what it is handed."""
