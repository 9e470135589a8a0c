"""Pages of the firms' books."""
