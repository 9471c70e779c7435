"""tally in the browser: a quarter counted from the council’s own lists, which never leave the computer."""
