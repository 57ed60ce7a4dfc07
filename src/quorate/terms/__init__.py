"""The words every other package shares: figures, tiers, organs, offices, acts, obligations, and a unit's state."""
