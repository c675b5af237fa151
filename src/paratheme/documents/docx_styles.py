"""What the styles of a Word file say of its paragraphs, and what its properties say of the file."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from paratheme.documents.docx_package import Element, Package, attribute, child, is_on, name_of

# Word keeps the English names of its own styles whatever its language; other programs write theirs.
HEADING = re.compile(
    "(?:heading|title|subtitle|titre|sous-titre|überschrift|titel|untertitel|título|titulo|encabezado|cabeçalho|titolo"
    "|kop|rubrik|başlık|заголовок|название|عنوان|العنوان|标题|標題|見出し|제목)(?: ?[0-9٠-٩]+)?"
)
CAPTION = re.compile("caption|légende|beschriftung|leyenda|epígrafe|legenda|didascalia|resim yazısı|تسمية توضيحية")
LIST = re.compile("list (?:bullet|number|continue)|liste à (?:puces|numéros)|lista com|aufzählung|listennummer")
CONTENTS = re.compile("(?:toc|table of figures|index) ?[0-9]*|toc heading|table of figures|verzeichnis [0-9]|tm [0-9]")
RUNNING = re.compile("header|footer|en-tête|pied de page|kopfzeile|fußzeile")
BODY_LEVEL = 9  # outline levels 0 to 8 are headings
LONGEST_HEADING = 250  # whole paragraphs in a heading's style are slips of the mouse

# What programs and templates write as title or date, not people.
NO_TITLE = re.compile(
    r"\W*(?:microsoft (?:office )?word\b.*|(?:new |nouveau |word )?(?:document|doc|dokument|documento|مستند)\W*\d*"
    r"|(?:untitled|sans titre|unbenannt|sin título|sem título|ohne titel|بلا عنوان|بدون عنوان)\W*\d*"
    r"|title|titre|titel|word document|powerpoint presentation|template|normal(?:\.dotm?)?|.*\.(?:docx?|dotx?|rtf"
    r"|odt|pdf|tmp)|.*[\\/].*[\\/].*|https?:.*|[\W\d_]*)",
    re.IGNORECASE | re.DOTALL,
)
TEMPLATE_DATES = ("2013-12-23",)  # in every file that python-docx makes


class Styles:
    """Kinds of paragraphs by their styles, numbering and outline level.

    Parameters
    ----------
    root : Element or None
        Of the part with the styles.
    """

    def __init__(self, root: Element | None) -> None:
        self.styles = (
            {attribute(style, "styleId"): style for style in root if name_of(style) == "style"}
            if root is not None
            else {}
        )
        self.hidden = {
            key for key, style in self.styles.items() if key is not None and is_on(child(style, "rPr", "vanish"))
        }
        self.default = next(
            (
                key
                for key, style in self.styles.items()
                if attribute(style, "type") == "paragraph" and attribute(style, "default") in ("1", "true")
            ),
            None,
        )

    def chain(self, paragraph: Element) -> list[Element]:
        """The paragraph's style and those it is based on."""
        style = child(paragraph, "pPr", "pStyle")
        key = attribute(style, "val") if style is not None else self.default
        chain: list[Element] = []
        while key in self.styles and self.styles[key] not in chain and len(chain) < 20:
            chain.append(self.styles[key])
            based = child(chain[-1], "basedOn")
            key = attribute(based, "val") if based is not None else None
        return chain

    def hides(self, paragraph: Element) -> bool:
        """Whether a paragraph's style hides its text."""
        return any(attribute(style, "styleId") in self.hidden for style in self.chain(paragraph))

    def kind(self, paragraph: Element, length: int) -> str:
        """What the markup says a paragraph of some length is; empty where it says nothing."""
        chain = self.chain(paragraph)
        names = [
            (attribute(name, "val") or "").lower() for style in chain if (name := child(style, "name")) is not None
        ]
        properties = [part for part in (child(holder, "pPr") for holder in (paragraph, *chain)) if part is not None]
        if any(CONTENTS.fullmatch(name) for name in names) or any(RUNNING.fullmatch(name) for name in names[:1]):
            return "boilerplate"
        levels = (child(part, "outlineLvl") for part in properties)
        level = next((attribute(part, "val") or "" for part in levels if part is not None), "")
        named = any(HEADING.fullmatch(name) for name in names)
        if length <= LONGEST_HEADING and (int(level) < BODY_LEVEL if level.isascii() and level.isdigit() else named):
            return "heading"
        if any(CAPTION.fullmatch(name) for name in names):
            return "caption"
        numbers = (child(part, "numPr", "numId") for part in properties)
        number = next((attribute(part, "val") for part in numbers if part is not None), None)
        listed = number not in (None, "0") or (number is None and any(LIST.match(name) for name in names))
        return "list_item" if listed else ""

    def is_title(self, paragraph: Element) -> bool:
        """Whether a paragraph has the style of the document's title."""
        return any(
            attribute(child(style, "name"), "val") == "Title"
            for style in self.chain(paragraph)[:1]
            if child(style, "name") is not None
        )


def stated(package: Package) -> tuple[str, str]:
    """Title and date in the file's properties, where a person can have meant them; else empty."""
    name = next(package.related("", "core-properties"), "docProps/core.xml")
    root = package.xml(name)
    texts = {name_of(part): " ".join((part.text or "").split()) for part in root} if root is not None else {}
    title, created, modified = (texts.get(key, "") for key in ("title", "created", "modified"))
    date = created[:10]
    today = datetime.now(UTC).date().isoformat()
    meant = re.fullmatch(r"\d{4}-\d\d-\d\d", date) and "1990" < date <= (modified[:10] or today) and date <= today
    return ("" if NO_TITLE.fullmatch(title) else title, date if meant and date not in TEMPLATE_DATES else "")
