"""The demo city: fictional people and firms, and thirteen months of casework done by the services themselves."""
