"""Files in: read, validate, preview, apply in one transaction, undo."""
