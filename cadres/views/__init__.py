"""Pages of people, units, coverage, visits, notices and settings."""
