"""Which pictures can a reader keep of a comparison, a tempo or a revision?"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from bluehelm import __version__
from bluehelm.products.charts import BAND, DEATHS, EVENTS
from bluehelm.products.extras import MissingExtraError
from bluehelm.spine import VersionRef
from bluehelm.store import Version
from bluehelm.web.missions.charts import Bars
from bluehelm.web.missions.comparison import Comparison
from bluehelm.web.missions.pictures import Panel, Picture, Shape, as_png, as_svg
from bluehelm.web.missions.refusals import Refusal, RefusedError
from bluehelm.web.missions.situation import tempo_strip

USUAL, PAST = "#cfe3f3", "#a6b4c2"

FORMS: Mapping[str, tuple[Callable[[Picture], str | bytes], str]] = {
    "svg": (as_svg, "image/svg+xml"),
    "png": (as_png, "image/png"),
}


def picture_answer(request: HttpRequest, picture: Picture, name: str, form: str) -> HttpResponse:
    """A picture as a file to keep; RefusedError when what draws it is not installed."""
    draw, content_type = FORMS[form]
    try:
        drawn = draw(picture)
    except MissingExtraError as error:
        raise missing_extra(request, error) from error
    return kept_as(HttpResponse(drawn, content_type=content_type), f"{name}.{form}")


def missing_extra(request: HttpRequest, error: MissingExtraError) -> RefusedError:
    next_step = _("Install bluehelm with the extra “%(extra)s”.") % {"extra": error.extra}
    return RefusedError(Refusal(501, "missing_extra", str(error), request.path, next_step))


def kept_as(answer: HttpResponse, name: str) -> HttpResponse:
    """An answer that a browser keeps as a file."""
    answer["Content-Disposition"] = f'attachment; filename="{name.replace(" ", "-")}"'
    return answer


def comparison_picture(compared: Comparison) -> Picture:
    """Deaths by month of both sides on one scale."""
    scale = _("Deaths by month, best estimate, from 0 to %(top)s. Grey: not covered, which is not zero.")
    panels = tuple(
        Panel(f"{s.brief.mission}, {s.period.first} – {s.period.last}", _bars(s.bars), scale % {"top": s.bars.top})
        for s in compared.sides
    )
    refs = dict.fromkeys(ref for side in compared.sides for ref in side.brief.versions)
    synthetic = any(side.brief.synthetic for side in compared.sides)
    small_print = (*compared.cautions, *_sources(refs), *_made(synthetic=synthetic))
    return Picture(_("Two periods side by side"), panels, small_print)


def _bars(bars: Bars) -> tuple[Shape, ...]:
    bands = [Shape(band.x, band.y, band.width, band.height, BAND) for band in bars.bands]
    return (*bands, *(Shape(bar.x, bar.y, bar.width, bar.height, DEATHS) for bar in bars.bars))


def tempo_picture(answer: Mapping[str, Any]) -> Picture | None:
    """The last window beside past ones; None where the tempo is unknown."""
    tempo = answer["tempo"]
    if tempo is None:
        return None
    strip = tempo_strip(tempo)
    *past, last = [(bar.x, bar.y, bar.width, bar.height) for bar in strip.bars]
    band = Shape(strip.band.x, strip.band.y, strip.band.width, strip.band.height, USUAL)
    shapes = (band, *(Shape(*bar, PAST) for bar in past), Shape(*last, EVENTS))
    words = {"low": tempo["low"], "high": tempo["high"], "top": max(*tempo["past"], tempo["count"], tempo["high"], 1)}
    scale = _(
        "Events of each window, from 0 to %(top)s, oldest first; the band, %(low)s to %(high)s, is what is usual."
    )
    window = tempo["window"]
    panel = Panel(f"{window['first']} – {window['last']}: {tempo['count']}", shapes, scale % words)
    sources = [f"{_('Source:')} {v['table']} version {v['version']}, {v['retrieved']}" for v in answer["versions"]]
    heading = _("Tempo of %(mission)s") % {"mission": answer["mission"]}
    return Picture(heading, (panel,), (*sources, *answer["notes"], *_made(synthetic=answer["synthetic"])))


def shifts_picture(heading: str, shapes: Iterable[Shape], top: int, versions: Iterable[Version]) -> Picture:
    """Net change of deaths by month from one version to another."""
    kept = list(versions)
    scale = _("Net change of deaths by month, from −%(top)s to %(top)s; the middle is no change.") % {"top": top}
    sources = [
        f"{_('Source:')} {v.table} version {v.version}, {v.provider}, {v.retrieved.isoformat()}. {v.source.licence}"
        for v in kept
    ]
    panel = Panel("", (*shapes,), scale)
    return Picture(heading, (panel,), (*sources, *_made(synthetic=any(v.synthetic for v in kept))))


def _sources(refs: Iterable[VersionRef]) -> list[str]:
    return [
        f"{_('Source:')} {ref.table} version {ref.version}, {ref.title or ref.provider}, {ref.retrieved.isoformat()}. "
        f"{ref.licence}"
        for ref in refs
    ]


def _made(*, synthetic: bool) -> list[str]:
    invented = [_("Synthetic demonstration data: nothing here describes a real country, mission or event.")]
    return [*(invented if synthetic else []), f"bluehelm {__version__}"]
