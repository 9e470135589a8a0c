"""What the suite has to know of the database it runs on."""

from django.db import connection

# PostgreSQL reads back from the newest row, and first asks how far: one query more a find.
READS_BACK = int(connection.vendor == "postgresql")
