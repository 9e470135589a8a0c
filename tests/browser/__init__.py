"""What only a browser can show: Chromium over the demo city."""
