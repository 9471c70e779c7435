class NotReady(Exception):
    """The database has not the tables that this version needs; says what to do."""
