"""What photo models answer, and how often it is right."""
