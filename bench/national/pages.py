"""Each page: queries, processor time, markup; beside them a bare Django page that lists 50 rows."""

from __future__ import annotations

from typing import Any

from instance import ALLIANCE, DATASET, client, heading, milliseconds, place, set_up, verdict

set_up()

from django.db import connection  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.template import Context, Engine  # noqa: E402
from django.test import Client, override_settings  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.urls import path, reverse  # noqa: E402

from concord.records.models import Authority  # noqa: E402

ROWS = 50
LIST_QUERIES, LIST_MS, DETAIL_QUERIES = 10, 30.0, 15
BARE = Engine().from_string(
    "<!doctype html><title>Bare</title><table>{% for a in rows %}<tr><td>{{ a.code }}</td><td>{{ a.name }}</td>"
    "<td>{{ a.kind }}</td><td>{{ a.region }}</td></tr>{% endfor %}</table>"
)


def bare(request: HttpRequest) -> HttpResponse:
    """What Django itself needs to list 50 rows of four columns."""
    return HttpResponse(BARE.render(Context({"rows": Authority.objects.all()[:ROWS]})))


urlpatterns = [path("bare/", bare)]


def pages() -> list[tuple[str, str, str, Any]]:
    """Kind, name, address, and who asks."""
    where = place()
    release, code, period = where["release"], where["code"], where["latest"]
    manager, analyst = client("programme-manager"), client("data-specialist")
    director = client("director", code)
    here = {"alliance": ALLIANCE}
    one = here | {"dataset": DATASET, "period": period}
    made = here | {"dataset": DATASET, "period": release.period, "number": release.number}
    member = here | {"code": code}
    clause = here | {"clause": "E1.6b"}
    indicator = {"indicator": "cla_rate"}
    published = {"publication": "cla-numbers", "measure": "at_31_march"}
    lists = [
        ("home", {}, director),
        ("home", {}, manager),
        ("me", {}, director),
        ("alliance", here, director),
        ("duties", here, manager),
        ("memorandum", here, manager),
        ("members", here, manager),
        ("people", here, manager),
        ("signatures", here, manager),
        ("returns", here, director),
        ("board", one, analyst),
        ("releases", here, director),
        ("journal", here, manager),
        ("editions", here, director),
        ("every_variation", here, manager),
        ("rug", here | {"dataset": DATASET}, director),
        ("where_to_look", here, director),
        ("narratives", member, director),
        ("self_evaluations", here, manager),
        ("plans", here, manager),
        ("follow_ups", here, director),
        ("packs", here, manager),
        ("challenges", here, director),
        ("challengers", here, manager),
        ("groups", here, manager),
        ("conflicts", here, manager),
        ("published", {}, director),
    ]
    details = [
        ("clause", clause, manager),
        ("member_about", member, director),
        ("signature_page", member, director),
        ("authority", member, director),
        ("authority_indicator", member | indicator, director),
        ("return", one | {"code": code}, analyst),
        ("release_make", one, analyst),
        ("release", made, director),
        ("release_indicator", made | indicator, director),
        ("indicator", here | indicator, director),
        ("published_measure", published, director),
    ]
    return [
        (kind, name, reverse(name, kwargs=kwargs), who)
        for kind, these in (("list", lists), ("detail", details))
        for name, kwargs, who in these
    ]


def measure(who: Client, address: str) -> tuple[int, float, float]:
    """Queries, processor milliseconds, kilobytes. LookupError where the page does not answer."""
    response = who.get(address)
    if response.status_code != 200:
        raise LookupError(f"answers {response.status_code}")
    with CaptureQueriesContext(connection) as caught:
        who.get(address)
    return len(caught), milliseconds(lambda: who.get(address)), len(response.content) / 1024


def main() -> None:
    """The table."""
    heading("Pages")
    with override_settings(ROOT_URLCONF=__name__, MIDDLEWARE=[]):
        queries, base, size = measure(Client(), "/bare/")
    print(f"{'':7}{'page':<22}{'queries':>8}{'ms':>9}{'x bare':>8}{'kB':>8}  target")
    print(f"{'bare':7}{'50 rows':<22}{queries:>8}{base:>9.1f}{1:>8.1f}{size:>8.1f}")
    for kind, name, address, who in pages():
        try:
            queries, ms, size = measure(who, address)
        except LookupError as fault:
            print(f"{kind:7}{name:<22}{fault}: NOT MET")
            continue
        met = queries <= LIST_QUERIES and ms <= LIST_MS if kind == "list" else queries <= DETAIL_QUERIES
        print(f"{kind:7}{name:<22}{queries:>8}{ms:>9.1f}{ms / base:>8.1f}{size:>8.1f}  {verdict(met)}")
    print(f"Targets: lists {LIST_QUERIES} queries and {LIST_MS:.0f} ms; details {DETAIL_QUERIES} queries.")


if __name__ == "__main__":
    main()
