"""Only ``make test-spark`` has PySpark; without it there is nothing here to collect."""

from importlib.util import find_spec

if find_spec("pyspark") is None:
    collect_ignore_glob = ["*"]
