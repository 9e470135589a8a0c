"""Parts every app may import. No models here."""
