"""How does a text leave in a cell that a spreadsheet must not run?

A text that begins with a sign a spreadsheet takes for a formula gets an apostrophe in front, and so does a text that
begins with apostrophes before such a sign, so that taking one away always gives the text back.
"""

import re

import polars as pl

RUN_BY_SPREADSHEETS = r"^'*[=+\-@\t\r\n]"
SAID = "texts that begin with = + - @, a tab or a line break carry one apostrophe in front, to be taken away"


def escaped(rows: pl.LazyFrame, text_columns: list[str]) -> pl.LazyFrame:
    """The rows with such texts escaped in the columns named; null stays null."""
    return rows.with_columns(_escaped(pl.col(name)).alias(name) for name in text_columns)


def _escaped(texts: pl.Expr) -> pl.Expr:
    return pl.when(texts.str.contains(RUN_BY_SPREADSHEETS)).then(pl.lit("'") + texts).otherwise(texts)


def escaped_text(text: str) -> str:
    """One text as a cell that no spreadsheet runs."""
    return f"'{text}" if re.match(RUN_BY_SPREADSHEETS, text) else text


def unescaped(text: str) -> str:
    """The text as it was before it was escaped."""
    return text[1:] if text.startswith("'") and re.match(RUN_BY_SPREADSHEETS, text[1:]) else text
