"""Running a charter: acts in, entries or refusals out; the record that keeps them; what is owed."""
