"""``paratheme init``."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

from paratheme.errors import UsageError
from paratheme.paths import shipped

COLUMNS = "text,themes,language,story"
THEMES = """\
# The themes that paragraphs are filed by: themes={name} chooses this file. The two below are examples; write yours.
name: {name}
themes:
  - id: cholera # lower-case letters, digits, underscores: the theme's name in labels and results
    names: {{en: Cholera, fr: Choléra, ar: الكوليرا}} # what labels may call it, too
    definition: Outbreaks of cholera and the work against them. # what counts, for who labels
    words: # one of these decides for the theme; any language's words are sought in every text
      en: [cholera, Vibrio cholerae]
      fr: [choléra]
      ar: [كوليرا] # also finds والكوليرا, بالكوليرا
    # weak: # two different ones of these decide, one does not
    #   en: [diarrhoea, rehydration]
    # near: # these decide nothing; where even they are missing, the theme is unlikely
    #   en: [epidemic*, water, hygiene]
    # exclude: # nothing counts inside these
    #   en: [Love in the Time of Cholera]

  - id: elections
    names: {{en: Elections, fr: Élections}}
    definition: Votes, how they are prepared and what comes of them.
    words: # * is any letters, ... up to ten words between, (one|other) either
      en: [election*, ballot*, polling station*]
      fr: [élection*, (scrutin|scrutins), (bureau|bureaux) de vote]

# A theme without words is learned from its labels alone.

# What you label is usually richer in themes than what you will file. Say so, and thresholds are made for the latter:
# deployment: {{prior: 0.05}} # of twenty texts to be filed, one is about a theme
"""
NEXT = """
next
  1. write your themes into {themes}, and see what their words find:
       paratheme themes check {name} YOUR_DOCUMENTS
  2. label paragraphs in {labels}: a row each, its themes by id, several separated by ;, empty for none;
     language and story may stay empty (texts that tell one story bear one name there); 30 rows are a start
  3. train on them:
       paratheme train themes={name} corpus.path={labels} model=lexicon
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument("name", metavar="NAME", help="of the theme set, such as desk")


def execute(options: argparse.Namespace) -> int:
    """Write a theme set to fill in, and an empty table for its labels."""
    themes, labels = init(options.name)
    print(f"wrote  {themes}\nwrote  {labels}")
    print(NEXT.format(name=options.name, themes=themes, labels=labels), end="")
    return 0


def init(name: str, folder: Path = Path()) -> tuple[Path, Path]:
    """Write a theme set to fill in and an empty table of labels, and return their paths.

    Raises
    ------
    UsageError
        If the name cannot be one, a theme set of that name ships, or a file is there already; nothing is written.
    """
    if not re.fullmatch(r"[A-Za-z0-9][\w-]*", name, re.ASCII):
        raise UsageError(f"{name!r} is no name of a theme set; use letters, digits, - and _, such as desk")
    if (shipped("conf") / "themes" / f"{name}.yaml").is_file():
        raise UsageError(f"a theme set {name!r} comes with paratheme; give yours another name")
    themes, labels = folder / "conf" / "themes" / f"{name}.yaml", folder / f"{name}-labels.csv"
    for file in (themes, labels):
        if file.exists():
            raise UsageError(f"{file} is there already and stays as it is; choose another name, or move it away")
    themes.parent.mkdir(parents=True, exist_ok=True)
    themes.write_text(THEMES.format(name=name), "utf-8")
    labels.write_text(f"{COLUMNS}\n", "utf-8")
    return themes, labels
