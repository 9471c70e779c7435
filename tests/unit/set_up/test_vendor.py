"""What may be taken over from GOV.UK Frontend."""

import importlib.util
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[3] / "scripts/vendor.py"
spec = importlib.util.spec_from_file_location("vendor", SCRIPT)
assert spec
assert spec.loader
vendor = importlib.util.module_from_spec(spec)
spec.loader.exec_module(vendor)


def test_the_font_the_crest_and_the_source_map_go_and_the_rest_stays():
    text = (
        "@font-face{font-family:GDS Transport;src:url(/assets/fonts/x.woff2)}/*! cut */"
        ".a{font-family:GDS Transport,arial,sans-serif;color:red}"
        "@supports (x:y){.logo:before{mask-image:url(/assets/images/govuk-crest.svg)}}.b{color:blue}"
        "/*# sourceMappingURL=x.css.map */"
    )
    assert vendor.css(text) == (
        ".a{font-family:Arial,Helvetica,sans-serif;color:red}@supports (x:y){}.b{color:blue}"
    )
    assert vendor.js("export{a};//# sourceMappingURL=x.js.map") == "export{a};"


@pytest.mark.parametrize("left", ["@import url(/assets/other.css);", ".c{font-family:'GDS Transport'}"])
def test_what_it_does_not_know_stops_it(left):
    with pytest.raises(SystemExit, match="does not know"):
        vendor.css(left)
