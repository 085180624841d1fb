"""The networks of the photo models."""
