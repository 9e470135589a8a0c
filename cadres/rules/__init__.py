"""Pure rules of the cadres app."""
