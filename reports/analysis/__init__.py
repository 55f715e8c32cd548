"""Pure analyses: values or frames in, frames with documented columns out."""
