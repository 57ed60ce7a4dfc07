"""Any log against any charter: clause by clause, what was kept, what was breached, what cannot be known."""
