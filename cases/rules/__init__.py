"""Pure rules of a case: no database, no clock."""
