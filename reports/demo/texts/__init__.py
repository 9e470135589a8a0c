"""The written material of the demo city: problems by category and phrases by kind, as JSON beside this file."""
