"""The store: SQLAlchemy Core tables, one transaction a message."""
