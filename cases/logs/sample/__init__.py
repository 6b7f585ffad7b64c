"""The sample that anybody can bring in with one click: 2,000 real incidents. The attribution goes with it."""

from pathlib import Path

FILE = Path(__file__).with_name("incidents.csv.gz")
TEMPLATE_NAME = "Incidents"
ATTRIBUTION = (
    "Amaral, C., Fantinato, M., & Peres, S. (2018). Incident management process enriched event log [Dataset]. "
    "UCI Machine Learning Repository."
)
CHANGES = (
    "Filtered to 2,000 incidents from New to Closed; columns renamed, times as ISO 8601, “?” made empty."
)
SOURCE = "https://doi.org/10.24432/C57S4H"
LICENCE = "CC BY 4.0"
LICENCE_URL = "https://creativecommons.org/licenses/by/4.0/"
