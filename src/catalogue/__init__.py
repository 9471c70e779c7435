"""The catalogue: indicators, datasets, publications, periods, working days, reference tables.

Plain data with a loader; it knows nothing of Concord and is shared with ``tally``.
"""

from catalogue.loader import CatalogueFault, datasets, indicators, publications, read_also
from catalogue.model import Dataset, Indicator

__all__ = ["CatalogueFault", "Dataset", "Indicator", "datasets", "indicators", "publications", "read_also"]
