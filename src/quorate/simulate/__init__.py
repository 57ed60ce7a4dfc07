"""What would happen: an organisation lived by its charter, at any scale, and what is asked of the outcome."""
