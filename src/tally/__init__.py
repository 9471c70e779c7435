"""The quarter’s figures from child-level lists, inside the council. No network; nothing but counts leaves."""

VERSION = "0.1.0"
