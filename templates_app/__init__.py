"""Process templates: what a kind of case looks like, and how that changes over time."""
