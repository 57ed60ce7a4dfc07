"""A log read by arrays, row group by row group, where it is too large for all of its acts to be joined."""
