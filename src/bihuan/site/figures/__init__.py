"""Every figure of the house on one page and over the API, each open to what it counts."""
