"""Do the submissions of a field form fit the form they were made with?

The form (XLSForm, as Kobo and ODK read it) is checked by pyxform; the export of its submissions becomes a table by a
mapping, like any other file. The form says what the mapping cannot know: that a column is a question of the form,
which answers it offers, and which questions stand in a repeated group and so in an export of their own.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bluehelm.language import _
from bluehelm.sources.intake import IntakeError
from bluehelm.sources.mapped import ColumnMapping, FileMapping
from bluehelm.sources.mapped import provider_of as mapped_provider
from bluehelm.sources.provider import Provider
from bluehelm.sources.reading import Reading, Rule, cell, literal, words

LARGEST_FORM_BYTES = 20 << 20
FORM_FILES = (".xlsx", ".csv", ".md")
# What servers add to every submission, in the spellings of ODK Central and Kobo.
SERVERS_OWN = {
    *("submissiondate", "key", "parentkey", "instanceid", "submitterid", "submittername", "formversion", "version"),
    *(
        "id",
        "uuid",
        "submissiontime",
        "submissionid",
        "submissionuuid",
        "index",
        "parentindex",
        "status",
        "reviewstate",
    ),
    *("parenttablename", "deviceid", "start", "end", "today", "edits", "attachmentspresent", "attachmentsexpected"),
    *("submissionsubmissiontime", "submissionsubmittedby", "submittedby", "metainstanceid", "metainstancename"),
}
# A question for a point is exported as several columns.
POINT_PARTS = ("latitude", "longitude", "altitude", "accuracy", "precision")


@dataclass(frozen=True, slots=True)
class Question:
    """One question: its groups and name, the repeated group it stands in, and its answers where it offers some."""

    path: tuple[str, ...]
    kind: str
    repeat: str | None
    answers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Form:
    """A form that its own checker accepts."""

    title: str
    version: str
    questions: tuple[Question, ...]
    repeats: tuple[str, ...]

    def question(self, header: str) -> Question | None:
        """The question a column of an export answers, written with its groups or, where that is clear, without."""
        bare = _bare(header)
        for part in ("", *POINT_PARTS):
            whole = [question for question in self.questions if _bare("".join(question.path)) + part == bare]
            alone = [question for question in self.questions if _bare(question.path[-1]) + part == bare]
            if whole or len(alone) == 1:
                return (whole or alone)[0]
        return None


def _bare(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalnum())


def read_form(path: Path) -> Form:
    """Read a form; raises IntakeError when it is none or pyxform refuses it."""
    if not path.is_file():
        raise _refused("no_such_file", path, _("there is no such file"), _("Check the path."))
    if path.suffix.lower() not in FORM_FILES or path.stat().st_size > LARGEST_FORM_BYTES:
        raise _refused(
            "bad_form",
            path,
            _("it is no form of a usual size and kind"),
            _("Give {form_files}.", form_files=", ".join(FORM_FILES)),
        )
    try:
        from pyxform.errors import PyXFormError  # type: ignore[import-untyped]
        from pyxform.xls2xform import convert  # type: ignore[import-untyped]
    except ImportError:
        what = _("Forms need the extra `forms`.")
        raise IntakeError("missing_extra", what, "pyxform", _("Install bluehelm[forms].")) from None
    try:
        survey = convert(path, validate=False)._survey
    except PyXFormError as error:
        why = " ".join(str(error).split())
        raise _refused(
            "bad_form", path, _("its checker says: {why}", why=why), _("Mend the form and give it again.")
        ) from error
    except Exception as error:  # a broken workbook ends inside the checker in ways it does not foresee
        raise _refused("bad_form", path, _("it cannot be opened as a form"), _("Save it anew as .xlsx.")) from error
    questions = tuple(_questions(survey, survey.choices or {}, (), None))
    repeats = tuple(dict.fromkeys(question.repeat for question in questions if question.repeat))
    return Form(str(survey.title or survey.name), str(survey.version or ""), questions, repeats)


def _refused(code: str, path: Path, what: str, next_step: str) -> IntakeError:
    return IntakeError(code, _("{name} is not a form: {what}.", name=path.name, what=what), path.name, next_step)


def _questions(
    section: Any, choices: Mapping[str, Any], path: tuple[str, ...], repeat: str | None
) -> Iterator[Question]:
    for child in section.children:
        here = (*path, str(child.name))
        kind = str(getattr(child, "type", "") or "")
        if kind in ("group", "repeat"):
            yield from _questions(child, choices, here, str(child.name) if kind == "repeat" else repeat)
        else:
            yield Question(here, kind, repeat, _answers(child, choices))


def _answers(question: Any, choices: Mapping[str, Any]) -> tuple[str, ...]:
    """The names and labels of a question's answers; empty where it takes several, or any."""
    if getattr(question, "type", None) != "select one":
        return ()
    offered = choices.get(str(getattr(question, "list_name", "") or getattr(question, "itemset", "")))
    if offered is None:
        return ()
    return tuple(
        dict.fromkeys(
            str(word) for answer in offered.options for word in (answer.name, answer.label) if isinstance(word, str)
        )
    )


def provider_of(mapping: FileMapping, form: Form) -> Provider:
    """The provider that a mapping makes of a form's submissions; raises IntakeError where the two do not fit."""
    asked = _asked(mapping, form)
    whole = replace(mapping, columns={**_said_by_form(mapping, form), **mapping.columns})
    extra, doubtful = [], []
    for source, question in asked.items():
        if question.answers and not _has_list(mapping, source):
            name = f"_answer_{_bare(source)}"
            extra.append(Reading(name, words(cell(source)), source))
            offered = ", ".join(literal(answer) for answer in question.answers)
            doubtful.append(
                Rule(source, "the answer is not one of those the form offers", f'"{name}" not in ({offered})')
            )
    return mapped_provider(whole, tuple(doubtful), tuple(extra), _notes(asked, form))


def _asked(mapping: FileMapping, form: Form) -> dict[str, Question]:
    """The question each mapped column answers; IntakeError naming columns the form does not know or cannot combine."""
    sources = dict.fromkeys(column.source for column in mapping.columns.values() if column.source)
    found = {source: form.question(source) for source in sources}
    asked = {source: question for source, question in found.items() if question}
    problems = [
        _("{source}: the form has no such question", source=source)
        for source in sources
        if not found[source] and not _is_servers(source)
    ]
    repeats = {question.repeat for question in asked.values()}
    if len(repeats) > 1:
        inside = sorted(source for source, question in asked.items() if question.repeat)
        problems.append(
            _(
                "{inside}: inside the repeated group {filter}, which is exported as a file of its own",
                inside=", ".join(inside),
                filter=_(" and ").join(sorted(filter(None, repeats))),
            )
        )
    if problems:
        what = _("The mapping does not fit the form {title!r}: {problems}.", title=form.title, problems=problems[0])
        next_step = _("Name questions of the form, of one repeated group or of none.")
        raise IntakeError("mapping_does_not_fit", what, mapping.note.provider, next_step, problems)
    return asked


def _is_servers(source: str) -> bool:
    return _bare(re.sub(r"^.*[/:]", "", source)) in SERVERS_OWN or _bare(source) in SERVERS_OWN


def _has_list(mapping: FileMapping, source: str) -> bool:
    return any(column.source == source and column.values for column in mapping.columns.values())


def _said_by_form(mapping: FileMapping, form: Form) -> dict[str, ColumnMapping]:
    known = {"form": form.title, "form_version": form.version}
    return {
        name: ColumnMapping(constant=value)
        for name, value in known.items()
        if value and name in mapping.table.column_names
    }


def _notes(asked: Mapping[str, Question], form: Form) -> tuple[str, ...]:
    inside = {question.repeat for question in asked.values() if question.repeat}
    left = [repeat for repeat in form.repeats if repeat not in inside]
    notes = [f"each row is an entry of the form's repeated group {repeat}" for repeat in inside]
    if left:
        notes.append(f"not in this table, each in an export of its own: the repeated groups {', '.join(left)}")
    return tuple(notes)
