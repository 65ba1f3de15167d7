"""Is every text that commands, papers and refusals say marked, and said in the language that was asked for?"""

import ast
import json
import re
from collections.abc import Iterator
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

import pytest

import bluehelm
from bluehelm.language import Sentence, asked_for, figure, gettext, in_words, ngettext, now, said_again, speaking

PACKAGE = Path(bluehelm.__file__).parent
PROGRAMS = [path for path in sorted(PACKAGE.rglob("*.py")) if path.relative_to(PACKAGE).parts[0] != "web"] + [
    PACKAGE / "web" / "plans" / name for name in ("papers.py", "factsheets.py")
]
"""The other pages have a test of their own in `tests/web/test_languages.py`."""

MARKED = {"_", "gettext", "gettext_noop", "ngettext", "pgettext"}
KEPT = {"Reason", "SourceNote", "Rule", "_BadAreaError", "_BadRoadError", "OutlineError", "Sentence"}
"""What a table version keeps with its rows: in English, whoever imports it."""
FOR_PROGRAMS = {
    "Option", "Argument", "Typer", "command", "Column", "Table", "Field", "compile", "split", "execute", "sql", "cast",
    "AssertionError", "KeyError", "lit", "col",
}  # fmt: skip
"""Help is found where a command is declared (below); the rest is read by programs and by who writes them."""
OF_TEXTS = {"get", "pop", "startswith", "endswith", "replace", "removeprefix", "glob", "rglob", "strftime", "join"}
SAYERS = {"say", "_say", "_line", "table"}
"""What is given to these is read by people, were it one word."""
SAID = re.compile(r"[A-Za-z]{2,}.*\s|\s.*[A-Za-z]{2,}", re.DOTALL)
SQL = (
    r"(?s)\b(select|describe|union all|exclude|VARCHAR|varchar|utinyint) |^\(?case |^when .+ then|is (not )?null"
    r"|\b(coalesce|nullif|try_cast|strftime|strptime|count|row_number|printf|read_csv|contains|regexp\w+|least|greatest"
    r"|min|trunc|trim|isfinite|isnan|replace|abs|floor|in|filter|copy) ?\(| as \{\}|^row, |^ and $|>= |< '"
    r"|case when|::|<>|^set \w+ = |^\('|^text $|^\{\}: '|^ union"
)

EXEMPT = (
    (
        "*",
        r"^\s*(--[\w-]+( \{\}| FILE)?(, --[\w-]+)*$|bluehelm (\{|[a-z]+ )|pip install|--\{\})",
        "typed as it stands, or the program's name",
    ),
    ("*", r"^[dMy ]+$|^%|utf-8$", "how a date or a file is written"),
    ("cli/reference.py", r".", "prints docs/commands.md, which is in English"),
    ("cli/*.py", r"^system:bluehelm ", "who acted, as the audit keeps it"),
    ("sources/*.py", SQL, "SQL"),
    ("sources/synthetic.py", r".", "the invented mission: data, the same for every reader"),
    ("sources/*.py", r"^(staff officers|formed police units|individual police|experts on mission)$", "kinds in tables"),
    (
        "sources/ipi.py",
        r"^(Country of Mission|Number of Contributors|none stated|Perry|a published total|\{\} against)",
        "kept",
    ),
    ("sources/*.py", r"^(a ring ran|an earlier outline|the outline crosses the antim|the country has no)", "kept"),
    (
        "sources/*.py",
        r"^(the provider has not|each row is|not in this table|read from the sheet|hidden sheets|the file has Dec)",
        "kept",
    ),
    ("sources/*.py", r"(^|; )Uppsala", "a citation"),
    ("sources/acled.py", r"^Bearer ", "a header of HTTP"),
    ("tables/promise.py", r".", "a broken promise is a fault of the program, not of who reads it"),
    ("tables/contributions.py", r".", "words that stand in the table"),
    ("tables/dictionary.py", r".", "prints docs/data-dictionary.md, which is in English"),
    (
        "definitions/atrocity_lens.py",
        r"^(crimes against humanity|war crimes)$",
        "words of the definition, as its files",
    ),
    ("definitions/predictors.py", r"^predictors:", "YAML"),
    ("situation/effort.py", r".", "a word that is kept"),
    (
        "situation/reports.py",
        r"(reliable|judged|confirmed|true)",
        "grades as the API names them; pages have their words",
    ),
    ("outlook/features.py", r".", "kept in outlook_inputs; the page has its own words"),
    ("outlook/following.py", r"^false alarm$", "a code; the page has its own word"),
    ("outlook/pooling.py", r"^own forest$", "a code"),
    ("impact/counts.py", r"^events ~", "a model's formula"),
    ("plans/differences.py", r"^taken out$", "a code"),
    ("protection/response.py", r"km", "names of bands, by which they are put in order; the page has its own words"),
    ("disclosure/figures.py", r"^all together$", "the name of the margin"),
    ("products/brief_docx.py", r"^<wp:", "markup"),
    ("products/word_template.py", r"[{}]|^(Heading \d|List Bullet)$", "markup, and styles by Word's own names"),
    ("products/plan_word.py", r"[{}]", "markup"),
    ("products/brief_pdf.py", r"^Libertinus", "the name of a font"),
    ("products/cap.py", r"^Exercise\.", "an alert says in which language it is: English"),
    ("products/cells.py", r".", "stands in exported files"),
    ("products/datapackage.py", r".", "stands in exported files"),
    ("products/geojson.py", r".", "stands in exported files"),
    ("products/plan_files.py", r"^(as of|values held back)$", "names of rows in exported files"),
    ("products/plan_pages.py", r".", "prints pages of docs, which are in English"),
    ("products/rights_page.py", r".", "prints docs/rights.md, which is in English"),
    ("web/plans/papers.py", r"^(fact sheet|assessment report|held back)$", "codes"),
    ("workflows/demo.py", r"(?i)synthetic|^made from a seed", "kept with the tables of the demonstration"),
    ("workflows/export_table.py", r"^counts of 1 to", "stands in exported files"),
    ("workflows/table_files.py", r"^column", "stands in exported files"),
    (
        "workflows/field_form.py",
        r"^(regex|select_one |Report$|report_type$|certainty$|English \(en\)$|Français|\. >= )",
        "codes of the form standard",
    ),
    ("workflows/outlook_history.py", r"^(cell|drawn areas)", "names kept in outlooks"),
    (
        "workflows/outlook_judged.py",
        r"^(this mission|mission countries|all countries|said )",
        "names kept in outlook_scores",
    ),
    ("workflows/outlook_kept.py", r"^as shown$", "kept in outlook_scores"),
    ("workflows/outlook_publish.py", r"^Outlook of| with the mission's own", "kept with the table"),
    ("workflows/outlook_sources.py", r"^(months of the mission|own incidents have)", "kept with the table"),
    ("sources/reach.py", r"^the (mission|place|population|post|minutes|km) ", "kept"),
    ("protection/roads.py", r"^not passable$", "a code"),
    ("workflows/places.py", r"^GeoNames", "a citation"),
    ("workflows/presence_answer.py", r"^(parallel trends|\{\}-\{\} km)$", "codes"),
    ("workflows/presence_kept.py", r".", "kept in presence_effects"),
)


def unmarked(source: str) -> list[tuple[int, str]]:
    """Texts that people read and that are written as they are, not through gettext, each with its line."""
    return list(_unmarked(ast.parse(source), told=False))


def _unmarked(node: ast.AST, *, told: bool) -> Iterator[tuple[int, str]]:
    """`told` where what stands here is given to what prints for people."""
    if isinstance(node, ast.Constant | ast.JoinedStr):
        if (text := _written(node)) and _is_said(node, text, told=told):
            yield node.lineno, text
        if isinstance(node, ast.Constant):
            return
    name = _name(node)
    if name in KEPT | FOR_PROGRAMS or isinstance(node, ast.Compare):
        return
    for part in _parts(node):
        if not (name in MARKED and isinstance(part, ast.Constant)):
            yield from _unmarked(part, told=told or name in SAYERS)


def _parts(node: ast.AST) -> Iterator[ast.AST]:
    """What of a program may say something: no docstring, no type, no key, no default that is declared."""
    if isinstance(node, ast.AnnAssign):
        yield from [node.value] if node.value else []
    elif isinstance(node, ast.FunctionDef):
        yield from node.body
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return
    elif isinstance(node, ast.Subscript):
        yield node.value
    elif isinstance(node, ast.Dict):
        yield from node.values
    elif isinstance(node, ast.JoinedStr):
        yield from (part.value for part in node.values if isinstance(part, ast.FormattedValue))
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in OF_TEXTS:
        yield node.func.value
        yield from (one for one in node.args if not isinstance(one, ast.Constant))
    else:
        yield from ast.iter_child_nodes(node)


def _name(node: ast.AST) -> str:
    function = node.func if isinstance(node, ast.Call) else None
    return function.id if isinstance(function, ast.Name) else str(getattr(function, "attr", ""))


def _written(node: ast.Constant | ast.JoinedStr) -> str:
    if isinstance(node, ast.JoinedStr):
        return "".join(str(one.value) if isinstance(one, ast.Constant) else "{}" for one in node.values)
    return node.value if isinstance(node.value, str) else ""


def _is_said(node: ast.AST, text: str, *, told: bool) -> bool:
    """Several words, or one that is given to what prints for people."""
    if SAID.search(text.replace("{}", "")):
        return True
    return told and isinstance(node, ast.Constant) and bool(re.search("[A-Za-z]{2,}", text))


def exempt(place: str, text: str) -> bool:
    return any(fnmatch(place, where) and re.search(words, text) for where, words, _why in EXEMPT)


@cache
def all_unmarked() -> list[tuple[str, int, str]]:
    return [
        (path.relative_to(PACKAGE).as_posix(), line, text)
        for path in PROGRAMS
        for line, text in unmarked(path.read_text(encoding="utf-8"))
    ]


def test_no_program_says_a_text_that_is_not_marked():
    wrong = [f"{place}:{line}: {text}" for place, line, text in all_unmarked() if not exempt(place, text)]
    assert wrong == []


@pytest.mark.parametrize(
    ("source", "number"),
    [
        ('def f():\n    raise StoreError("busy", "Another holds it.", "x", "Try again.")', 2),
        ('def f():\n    raise StoreError("busy", _("Another holds it."), "x", _("Try again."))', 0),
        ('def f(x):\n    return Refusal("no", f"There is no {x} here.")', 1),
        ('def f(x):\n    return Refusal("no", _("There is no {x} here.", x=x or "part of it"))', 1),
        ('def f(x):\n    say(table(["table", _("rows")], x))', 1),
        ('def f(x):\n    problems.append(f"line {x}: is empty")', 1),
        ('NOTE = "what was found"', 1),
        ('NOTE = gettext_noop("what was found")', 0),
        ('def f(x) -> "Actor | None":\n    """Say how it stands."""\n    return x["of the day"]', 0),
        ('def f(n):\n    return ngettext("{number} day left", "{number} days left", n)', 0),
    ],
)
def test_an_unmarked_text_is_found(source, number):
    assert len(unmarked(source)) == number


def test_every_exemption_exempts_something():
    idle = [
        (where, words)
        for where, words, _why in EXEMPT
        if not any(fnmatch(place, where) and re.search(words, text) for place, _line, text in all_unmarked())
    ]
    assert idle == []


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({}, "en"),
        ({"LANG": "fr_SN.UTF-8"}, "fr"),
        ({"LANG": "fr_FR", "LC_ALL": "C"}, "en"),
        ({"LANG": "fr_FR", "LC_ALL": ""}, "fr"),
        ({"LC_MESSAGES": "fr", "LANG": "de_DE"}, "fr"),
        ({"LANG": "fr_FR", "BLUEHELM_LANGUAGE": "en"}, "en"),
        ({"LANG": "en_GB", "BLUEHELM_LANGUAGE": "FR"}, "fr"),
        ({"LANG": "frp_IT"}, "en"),
    ],
)
def test_a_command_speaks_the_language_of_its_environment(environment, said):
    assert asked_for(environment) == said


def test_a_text_is_filled_and_its_numbers_written_as_its_language_does():
    rows = "{rows:,} rows"
    assert (now(), gettext("The {table_name} table is unchanged.", table_name="{x}"), figure(1234.5, ",.1f")) == (
        "en", "The {x} table is unchanged.", "1,234.5"
    )  # fmt: skip
    with speaking("fr-sn"):
        assert gettext("The {table_name} table is unchanged.", table_name="{x}") == "La table {x} est inchangée."
        assert gettext(rows, rows=1234) == "1\xa0234 rows" and gettext("{one} of {many}", one=True, many="a,b") == (
            "True of a,b"
        )
        assert (figure(-1234.5, ",.1f"), figure(0.25, ".0%")) == ("-1\xa0234,5", "25\xa0%")
        assert [ngettext("{number} problem", "{number} problems", number) for number in (0, 1, 2)] == [
            "0 problème", "1 problème", "2 problèmes"
        ]  # fmt: skip
        assert gettext("") == "" and gettext("not in the catalogue: {}") == "not in the catalogue: {}"
    assert now() == "en"


def test_a_sentence_is_said_when_it_is_heard_and_its_english_stays():
    unchanged = Sentence("The {table_name} table is unchanged.", {"table_name": "{x}"})
    assert str(unchanged) == "The {x} table is unchanged."
    with speaking("fr"):
        assert (str(unchanged), unchanged.english) == ("La table {x} est inchangée.", "The {x} table is unchanged.")
        assert in_words({"a": [unchanged, 1, None]}) == {"a": ["La table {x} est inchangée.", 1, None]}
        assert str(Sentence("{one} of {many}", {"one": unchanged, "many": 1234.5})) == (
            "La table {x} est inchangée. of 1234,5"
        )


def test_what_is_kept_in_english_is_said_again_only_where_the_catalogue_knows_every_part():
    known = Sentence("The {table_name} table is unchanged.", {"table_name": "events"})
    nested = Sentence("Forced: {what}", {"what": known})
    stranger = Sentence("Forced: {what}", {"what": Sentence("a stranger's {x.__class__}", {"x": 1})})
    assert said_again(nested.english, nested.kept()) == "Forced: The events table is unchanged."
    with speaking("fr"):
        kept = json.loads(json.dumps(nested.kept()))
        assert said_again(nested.english, kept) == "Forcé : La table events est inchangée."
        assert said_again("kept", stranger.kept()) == "kept"
        assert said_again("Nothing was changed.") == "Rien n’a été modifié." and said_again("") == ""
