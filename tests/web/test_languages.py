"""Are the pages whole in French as in English, chosen by the reader, and is no text left unmarked?"""

import ast
import re
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages import Catalog
from django.conf import settings as configured
from django.test import Client
from django.utils import translation
from django.utils.formats import date_format

from bluehelm.definitions.shown import shown_texts
from bluehelm.language import called, speaking
from bluehelm.web import catalogue
from bluehelm.web.accounts.models import User
from bluehelm.web.catalogue import table_texts
from tests.plans.frameworks import SOUND
from tests.web.cast import make_cast
from tests.web.test_every_address import CANARY, QUERY, ask, client_of, folder  # noqa: F401  # a fixture
from tests.web.walk import PAGES

WEB = Path(catalogue.__file__).parent
SHEETS = sorted(path for path in WEB.rglob("static/**/*.css") if "vendor" not in path.parts)
PROGRAMS = sorted(path for path in WEB.rglob("*.py") if "migrations" not in path.parts)


@pytest.fixture
def cast(db):
    return make_cast()


def test_every_text_has_its_french_none_doubtful_and_with_the_same_placeholders():
    assert catalogue.lacking() == [], "python3 dev.py french update, then write what is missing in django.po"


FOUND = {("%(n)s day", "%(n)s days"): ["%(n)s jour", "%(n)s jours"], "Save {name}": "Enregistrer {name}"}


def made(**changed):
    kept = Catalog(locale="fr")
    for said, french in FOUND.items():
        kept.add(said, french)
    for change in changed.values():
        change(kept)
    return kept


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda kept: None, None),
        (lambda kept: kept.delete("Save {name}"), "no French for 'Save {name}'"),
        (lambda kept: setattr(kept["Save {name}"], "string", ""), "no French for 'Save {name}'"),
        (lambda kept: kept["Save {name}"].flags.add("fuzzy"), "doubtful French for 'Save {name}'"),
        (lambda kept: setattr(kept["Save {name}"], "string", "Enregistrer"), "differ in {name}"),
        (lambda kept: setattr(kept["%(n)s day"], "string", ("un jour", "%(m)s jours")), "differ in %(m)s, %(n)s"),
        (lambda kept: setattr(kept["%(n)s day"], "string", ("un jour", "")), "no French for ('%(n)s day'"),
        (lambda kept: kept.add("Gone", "Parti"), "nothing says: 'Gone'"),
    ],
)  # fmt: skip
def test_what_a_catalogue_lacks_is_told(monkeypatch, change, said):
    monkeypatch.setattr(catalogue, "extracted", lambda: {(text, None): ["page.html"] for text in FOUND})
    monkeypatch.setattr(catalogue, "catalogue", lambda: made(change=change))
    wrong = catalogue.lacking()
    assert wrong == [] if said is None else len(wrong) == 1 and said in wrong[0]


def test_a_new_text_is_found_in_programs_and_templates_alike(tmp_path, monkeypatch):
    monkeypatch.setattr(catalogue, "PACKAGE", tmp_path)
    monkeypatch.setattr(catalogue, "shown_texts", lambda: ["Patrol"])
    monkeypatch.setattr(catalogue, "TABLES", {})
    (tmp_path / "page.html").write_text(
        "{% load i18n %}<p>{% translate 'One' %} {% blocktranslate count n=n %}{{ n }} day{% plural %}{{ n }} days"
        "{% endblocktranslate %}\n  {% translate 'Three' %}</p>"
    )
    (tmp_path / "program.py").write_text('from x import gettext as _\nmade = _("Two")\n_, other = made\n')
    (tmp_path / "said.py").write_text(
        'said = f"{_(\'Four\')}: {ngettext(\'{number} row\', \'{number} rows\', n)}"\nRule("x", "is no day", "sql")'
    )
    for part in ("cli", "products"):
        (tmp_path / part).mkdir()
    (tmp_path / "cli" / "one.py").write_text('x = Option(help="Which.")\ndef do_command():\n    """Do it."""\n')
    (tmp_path / "products" / "brief.html").write_text('<p>{{ _("Five {x}", x=_("Six")) }}</p>')
    (tmp_path / "products" / "brief.typ").write_text('= #say("Seven")')
    assert set(catalogue.extracted()) == {
        ("One", None), ("Two", None), ("Three", None), (("%(n)s day", "%(n)s days"), None), ("Four", None),
        (("{number} row", "{number} rows"), None), ("is no day", None), ("Which.", None), ("Do it.", None),
        ("Five {x}", None), ("Six", None), ("Seven", None),
        ("Patrol", "definition"),
    }  # fmt: skip


# Nothing unmarked

SAYS = {
    "FindingError", "RefusedError", "NotAllowedError", "RhythmError", "OutlookDeedError", "PlanError", "ExchangeError",
    "JobError", "ValidationError", "Section",
}  # fmt: skip
SHOWN = {"label", "help_text", "verbose_name", "empty_label", "error_messages"}
TO_OTHERS = {"OneToOneField", "ManyToManyField"}
MESSAGES = {"success", "error", "info", "warning"}


def unmarked(source: str) -> list[int]:
    """Lines where a text that people read is written as it is, and not through gettext."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        holder = getattr(getattr(node.func, "value", None), "id", "")
        said = [word.value for word in node.keywords if word.arg in SHOWN]
        if name in SAYS:
            said += node.args[:1]
        elif (holder == "messages" and name in MESSAGES) or name == "add_error":
            said += node.args[1:2]
        elif holder == "models" and name.endswith("Field") and name not in TO_OTHERS:
            said += node.args[:1]
        found += [node.lineno for text in said if _is_written(text)]
    return found


def _is_written(node: ast.AST) -> bool:
    if isinstance(node, ast.JoinedStr):
        written = "".join(part.value for part in node.values if isinstance(part, ast.Constant))
        return bool(re.search("[A-Za-z]{2,}", written))
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and bool(re.search("[A-Za-z]", node.value))


@pytest.mark.parametrize(
    ("source", "number"),
    [
        ('raise FindingError("No.")', 1),
        ('raise FindingError(f"No {x} here.")', 1),
        ('raise FindingError(_("No."))', 0),
        ('raise FindingError(_("No %(x)s.") % {"x": x})', 0),
        ('messages.error(request, "No.")', 1),
        ('messages.error(request, f"{refusal} {note}")', 0),
        ('models.CharField("title", max_length=3)', 1),
        ('forms.CharField(label="Title")', 1),
        ('forms.CharField(label=_("Title"))', 0),
    ],
)
def test_an_unmarked_text_is_found(source, number):
    assert len(unmarked(source)) == number


def test_no_program_says_a_text_that_is_not_marked():
    wrong = {str(path.relative_to(WEB)): unmarked(path.read_text(encoding="utf-8")) for path in PROGRAMS}
    assert {path: lines for path, lines in wrong.items() if lines} == {}


PHYSICAL = re.compile(
    r"(?<![\w-])(margin|padding|border|inset|scroll-margin|scroll-padding)-(left|right)|(?<![\w-])(left|right)\s*:"
    r"|(text-align|float|clear)\s*:\s*(left|right)|border-(top|bottom)-(left|right)-radius"
)


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_no_style_sheet_names_left_or_right(sheet):
    assert [line for line in sheet.read_text(encoding="utf-8").splitlines() if PHYSICAL.search(line)] == []


def test_a_physical_side_would_be_found():
    for rule in ("margin-left: 1px", "left: 0", "text-align:right", "float: left", "border-top-left-radius: 2px"):
        assert PHYSICAL.search(f".x {{ {rule} }}")
    for rule in ("margin-inline-start: 1px", "text-align: start", "inset-inline-start: 0"):
        assert not PHYSICAL.search(f".x {{ {rule} }}")


# Chosen by the reader


def test_the_language_is_chosen_on_the_page_and_kept_for_visitor_and_account(cast, settings, tmp_path):
    settings.BLUEHELM_HOME = tmp_path
    visitor = Client()
    assert '<html lang="en-gb"' in visitor.get("/missions/").content.decode()
    answer = visitor.post("/language/", {"language": "fr", "next": "/missions/?q=x"})
    assert (answer.status_code, answer.url) == (302, "/missions/?q=x")
    assert '<html lang="fr" dir="ltr">' in visitor.get("/missions/").content.decode()
    person = Client()
    person.force_login(User.objects.get(username="sym-planner"))
    person.post("/language/", {"language": "fr", "next": "/findings/"})
    elsewhere = Client()
    elsewhere.force_login(User.objects.get(username="sym-planner"))
    text = elsewhere.get("/findings/").content.decode()
    assert "Constats" in text and 'lang="fr"' in text
    assert elsewhere.get("/api/findings/").json() == {"findings": [], "versions": []}


def test_what_is_no_language_and_what_leads_elsewhere_is_not_followed(cast, settings, tmp_path):
    settings.BLUEHELM_HOME = tmp_path
    person = Client()
    person.force_login(User.objects.get(username="sym-planner"))
    answer = person.post("/language/", {"language": "xx'; --", "next": "/missions/"})
    assert answer.status_code == 400 and "django_language" not in answer.cookies
    assert User.objects.get(username="sym-planner").language == ""
    assert person.post("/language/", {"language": "fr", "next": "https://elsewhere.example/"}).url == "/"


def test_a_browser_that_asks_for_french_gets_it_and_a_refusal_too(cast, settings, tmp_path):
    settings.BLUEHELM_HOME = tmp_path
    client = Client(headers={"accept-language": "fr-SN,fr;q=0.9"})
    client.force_login(User.objects.get(username="sym-planner"))
    assert "Noté" not in client.get("/calendar/").content.decode()
    answer = client.post("/calendar/done/", {"duty": "x"})
    assert "Dites où se trouve ce qui a été produit. Rien n’a été modifié." in answer.content.decode()


PAPERS = ("missions:brief-html",)
"""Documents, whose drawings place words by their length; `test_papers_in_french.py` reads them."""

WORDS = {
    *(
        "aria-label",
        "aria-description",
        "aria-current",
        "aria-valuetext",
        "title",
        "alt",
        "placeholder",
        "content",
        "lang",
    ),
    *("label", "data-label", "data-row", "data-words", "data-part", "data-whole", "class"),
}


class Drawn(HTMLParser):
    """What a page says to machines: where things are drawn, what is sent, what leads where."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[tuple[str, str, str]] = []

    def handle_starttag(self, tag, attributes):
        words = WORDS | ({"value"} if dict(attributes).get("name") == "why" else set())  # offered in the reader's words
        self.said += [(tag, name, value or "") for name, value in attributes if name not in words]


def drawn(text: str) -> list[tuple[str, str, str]]:
    parser = Drawn()
    parser.feed(re.sub(r'name="(csrfmiddlewaretoken|key)" value="\w+"', "", text))
    return parser.said


class Said(HTMLParser):
    """The texts of a page that people read."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag, attributes):
        self.hidden += tag in ("script", "style", "code", "pre")
        self.texts += [value for name, value in attributes if name in ("title", "aria-label", "alt") and value]

    def handle_endtag(self, tag):
        self.hidden -= tag in ("script", "style", "code", "pre")

    def handle_data(self, data):
        if not self.hidden:
            self.texts.append(" ".join(data.split()))


def defined_in_english(own: str) -> set[str]:
    """What definitions and tables say in English, in several words, less what people of the mission wrote."""
    with speaking("fr"):
        texts = {text for text in (*shown_texts(), *table_texts()) if called(text) != text and text not in own}
    return {text for text in texts if " " in text and len(text) > 12}


def left_in_english(page: str, english: set[str]) -> set[str]:
    """The texts of definitions that a page shows in English."""
    parser = Said()
    parser.feed(page)
    whole = "\n".join(text for text in parser.texts if CANARY not in text and "of the tests" not in text)
    return {text for text in english if text in whole}


@pytest.mark.long
@pytest.mark.parametrize("who", ["sym-jmac", "hq-forces"])
def test_no_french_page_shows_the_english_of_a_definition(folder, cast, who):  # noqa: F811
    from tests.web.test_every_address import plant

    plant(folder, cast)
    client = client_of(who)
    client.cookies[configured.LANGUAGE_COOKIE_NAME] = "fr"
    english = defined_in_english(own=f"{SOUND} Contributing state")
    left = {}
    for name, (rule, _given) in PAGES.items():
        if rule in ("own", "shut", "deed") or name in ("account_logout", *PAPERS) or name.startswith("api:"):
            continue
        answer = ask(client, name)
        if answer.streaming or answer.status_code != 200 or "text/html" not in answer.headers["Content-Type"]:
            continue
        if found := left_in_english(answer.content.decode(), english):
            left[name] = sorted(found)
    assert left == {}


@pytest.mark.long
def test_french_pages_answer_as_english_ones_and_draw_and_send_the_same(folder, cast):  # noqa: F811
    """A comma in a coordinate, or a number that comes back with a space in it, would show here."""
    from tests.web.test_every_address import plant

    plant(folder, cast)
    english, french = client_of("sym-jmac"), client_of("sym-jmac")
    french.cookies[configured.LANGUAGE_COOKIE_NAME] = "fr"
    wrong = {}
    for name, (rule, _given) in PAGES.items():
        if rule in ("own", "shut", "deed") or name in ("account_logout", *PAPERS):
            continue
        one, other = ask(english, name), ask(french, name)
        for streamed in filter(lambda answer: answer.streaming, (one, other)):
            list(streamed)  # to its end, where its file is closed
        if one.status_code != other.status_code:
            wrong[name] = (one.status_code, other.status_code)
        elif one.status_code == 200 and "text/html" in one.headers["Content-Type"] and not one.streaming:
            texts = one.content.decode(), other.content.decode()
            assert 'lang="fr"' in texts[1] or "<html" not in texts[1]
            if differing := sorted(set(drawn(texts[0])) ^ set(drawn(texts[1]))):
                wrong[name] = differing[:6]
    assert wrong == {} and QUERY


def test_no_word_of_ours_takes_the_place_of_a_month_s_name():
    with translation.override("fr"):
        months = [date_format(date(2025, month, 1), "YEAR_MONTH_FORMAT") for month in range(1, 13)]
    assert [month.partition(" ")[0] for month in months] == [
        "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
        "décembre",
    ]  # fmt: skip
