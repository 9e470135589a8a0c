"""Forms of the cadres app, one module per family of pages."""
