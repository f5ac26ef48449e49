"""The SQLite store: the only home of sqlite-utils and SQL, and the only writer."""
