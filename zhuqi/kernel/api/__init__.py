"""What every address below /api/v1/ shares: refusals, pages, scopes, limits, repeats. No models."""
