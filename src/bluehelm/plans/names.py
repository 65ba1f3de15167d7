"""What are the parts and fields of a plan called, and how does the place of one read?

A plan's own keys are what its file says; people read these words, in their language.
"""

from bluehelm.language import _, gettext_noop
from bluehelm.plans.framework import Framework, Named

PARTS = {
    "framework": gettext_noop("framework"),
    "objective": gettext_noop("objective"),
    "outcome": gettext_noop("outcome"),
    "output": gettext_noop("output"),
    "activity": gettext_noop("activity"),
    "indicator": gettext_noop("indicator"),
    "document": gettext_noop("document"),
    "task": gettext_noop("task"),
    "actor": gettext_noop("actor"),
    "driver": gettext_noop("driver"),
}
FIELDS = {
    "activities": gettext_noop("activities"),
    "actors": gettext_noop("actors"),
    "admin1": gettext_noop("provinces"),
    "after": gettext_noop("after"),
    "area": gettext_noop("area"),
    "baseline": gettext_noop("baseline"),
    "better": gettext_noop("what is better"),
    "budget": gettext_noop("budget"),
    "budget_text": gettext_noop("budget text"),
    "by": gettext_noop("told by"),
    "categories": gettext_noop("categories"),
    "change_in": gettext_noop("change in"),
    "component": gettext_noop("component"),
    "components": gettext_noop("components"),
    "compute": gettext_noop("computed from"),
    "context": gettext_noop("context"),
    "count": gettext_noop("what is counted"),
    "country_team": gettext_noop("country team"),
    "dated": gettext_noop("dated"),
    "document": gettext_noop("document"),
    "documents": gettext_noop("documents"),
    "drivers": gettext_noop("drivers"),
    "every": gettext_noop("due every"),
    "first_month": gettext_noop("first month"),
    "indicators": gettext_noop("indicators"),
    "kind": gettext_noop("kind"),
    "last_month": gettext_noop("last month"),
    "measure": gettext_noop("library entry"),
    "minutes_a_month": gettext_noop("minutes a month"),
    "missions": gettext_noop("missions"),
    "more_indicators_because": gettext_noop("reason for more indicators"),
    "name": gettext_noop("name"),
    "no_sex_because": gettext_noop("reason for not telling by sex"),
    "objectives": gettext_noop("objectives"),
    "of": gettext_noop("of"),
    "outcomes": gettext_noop("outcomes"),
    "outputs": gettext_noop("outputs"),
    "owner": gettext_noop("owner"),
    "paragraph": gettext_noop("paragraph"),
    "people": gettext_noop("counts people"),
    "period": gettext_noop("period"),
    "precision_at_most": gettext_noop("least precision of places"),
    "report_section": gettext_noop("section of the report"),
    "reports": gettext_noop("reports"),
    "resources": gettext_noop("resources"),
    "retired_from": gettext_noop("retired from"),
    "roll_up": gettext_noop("roll-up"),
    "sides": gettext_noop("sides"),
    "source": gettext_noop("source"),
    "table": gettext_noop("table"),
    "targets": gettext_noop("targets"),
    "tasks": gettext_noop("tasks"),
    "themes": gettext_noop("themes"),
    "title": gettext_noop("title"),
    "types": gettext_noop("types"),
    "unit": gettext_noop("unit"),
    "units_do": gettext_noop("tasks of units"),
    "value": gettext_noop("value"),
    "youth": gettext_noop("line on youth"),
}
WORDS = {
    "higher": gettext_noop("higher"),
    "lower": gettext_noop("lower"),
    "neither": gettext_noop("neither"),
    "month": gettext_noop("month"),
    "quarter": gettext_noop("quarter"),
    "half-year": gettext_noop("half-year"),
    "year": gettext_noop("year"),
    "budget-year": gettext_noop("budget year"),
    "sum": gettext_noop("sum"),
    "latest": gettext_noop("latest"),
    "cumulative": gettext_noop("cumulative"),
    "none": gettext_noop("none"),
    "distribution": gettext_noop("distribution"),
}


def part_name(part: str) -> str:
    return _(PARTS[part]) if part in PARTS else part


def field_name(field: str) -> str:
    return _(FIELDS[field]) if field in FIELDS else field.replace("_", " ")


def word_name(word: str) -> str:
    """A word that indicators are described by: what is better, how often it is due, its roll-up rule."""
    return _(WORDS[word]) if word in WORDS else word


def place_in_words(where: str, framework: Framework | None) -> str:
    """The way to a part: titles where the framework has its ids, words for keys, else the step as it is written."""
    titles = titles_of(framework) if framework else {}
    return " › ".join(titles.get(step) or field_name(step) for step in where.split("/"))


def titles_of(framework: Framework) -> dict[str, str]:
    """Titles, or names, of all parts by their ids."""
    found: dict[str, str] = {}
    waiting: list[object] = [framework]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Named):
            found.setdefault(part.id, str(getattr(part, "title", None) or getattr(part, "name", "")))
        if isinstance(part, tuple):
            waiting += part
        elif hasattr(part, "model_dump"):
            waiting += [value for _name, value in part]  # type: ignore[attr-defined]  # a model gives its fields
    return found
