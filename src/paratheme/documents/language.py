"""The language of each block of a document, and of each of several texts that have nothing to do with each other."""

from __future__ import annotations

import copy
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from paratheme.documents.normalise import clean

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

UNKNOWN = "und"
# Below this many letters a language is guessed with the help of the document's longer blocks.
FEW_LETTERS = 60
LETTER = re.compile(r"[^\W\d_]")
SHAPED_LETTER = re.compile("[\ufb50-\ufdff\ufe70-\ufefc]")  # of the Arabic script, as old programs write them
ADDRESS = re.compile(r"(?:https?://|www\.)\S+|(?:\bRT )?(?<!\w)@\w+:?")
SAMPLE = 4000  # characters of a text that tell its language
SCRIPTS = {  # letters of each script, and the languages written in it that the identifier knows
    "latin": (r"A-Za-zÀ-ÖØ-öø-ɏḀ-ỿ", ""),  # all that no other script has
    "arabic": (r"\u0620-\u064a\u066e-\u06d3\u06d5\u06ee-\u06ff\u0750-\u077f\u08a0-\u08c7\ufb50-\ufdff\ufe70-\ufefc",
               "ar fa ps ug ur"),
    "cyrillic": ("Ѐ-ԯ", "ba be bg kk ky mk mn ru sr tg tt uk"),
    "kana": ("ぁ-ヿㇰ-ㇿ", "ja"),
    "han": (r"\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f", "zh"),
    "hangul": ("가-힣ㄱ-ㆎ", "ko"),
    "devanagari": ("\u0904-\u0939\u0958-\u0961", "hi mr ne sa"),
    "bengali": ("\u0985-\u09b9\u09dc-\u09f1", "as bn"),
    "gurmukhi": ("\u0a05-\u0a39", "pa"),
    "gujarati": ("\u0a85-\u0ab9", "gu"),
    "oriya": ("\u0b05-\u0b39", "or"),
    "tamil": ("\u0b83-\u0bb9", "ta"),
    "telugu": ("\u0c05-\u0c39", "te"),
    "kannada": ("\u0c85-\u0cb9", "kn"),
    "malayalam": ("\u0d05-\u0d3a", "ml"),
    "sinhala": ("\u0d85-\u0dc6", "si"),
    "thai": ("\u0e01-\u0e30", "th"),
    "lao": ("\u0e81-\u0eb0", "lo"),
    "tibetan": ("\u0f40-\u0f6c", "dz"),
    "myanmar": ("\u1000-\u102a", "my"),
    "georgian": ("Ⴀ-ჿ", "ka"),
    "ethiopic": ("\u1200-\u135a", "am"),
    "khmer": ("\u1780-\u17b3", "km"),
    "greek": ("Ͱ-Ͽἀ-῾", "el"),
    "hebrew": ("א-ת", "he"),
    "armenian": ("Ա-և", "hy"),
}  # fmt: skip
NOT_IN_LATIN = {language for _, languages in SCRIPTS.values() for language in languages.split()} - {"sr"}
LETTERS = {name: re.compile(f"[{letters}]") for name, (letters, _) in SCRIPTS.items()}
# Letters that one language of the Arabic script has and the others have not.
TELLING_LETTERS = {
    "ps": re.compile("[ټځڅډړږښڼېۍ]"),
    "ug": re.compile("[ۇۆۈۋې]"),
    "ur": re.compile("[ٹڈڑںھہےۓۂ]"),
    "fa": re.compile("[پچژگکی]"),  # Urdu has them too, but hardly a phrase without one of its own
    "ar": re.compile("[ةىيكأإ]"),
}
NOTHING = re.compile("(?!)")
LACKING_LETTERS = {  # the same for Cyrillic: letters that a language does without
    "ru": re.compile("[іїєґўђјљњћџѓќѕөүңқғ]", re.IGNORECASE),
    "bg": re.compile("[ыэёіїєґўђјљњћџ]", re.IGNORECASE),
    **dict.fromkeys(("sr", "mk"), re.compile("[йщъыьэюяёіїєґў]", re.IGNORECASE)),
    "uk": re.compile("[ыэёъўђјљњћџ]", re.IGNORECASE),
}
MUCH_TELLING = 3  # letters that one language alone has, in a short text; one may be in a name
# What is written most is the likeliest before a word is read; a language that is not here is one of 20 times as rare.
WRITTEN_MUCH = frozenset(
    "ar cs da de el en es fa fi fr ha he hi hu id it ja ko nl no pl pt ro ru so sv sw tr uk ur vi zh".split()  # noqa: SIM905
)
SELDOM = 0.05
AMONG_PRESENT = 0.9  # how likely a short block is to be in a language of the longer ones
LETTERS_OF_A_SIGN = 3  # a Chinese sign says as much as so many letters of a name beside it
REMEMBERED = 2**13  # texts: a reader, a model and its calibration ask for the same
SURE_ENOUGH = 0.25  # below this, a text of its own has no known language


def languages_of_each(texts: Sequence[str]) -> list[str]:
    """The language of each of several texts that have nothing to do with each other, such as the rows of a table.

    Parameters
    ----------
    texts : sequence of str

    Returns
    -------
    list of str
        ISO 639-1 codes; ``und`` where a text has too few letters to tell.
    """
    return [_language(str(text)) for text in texts]


def languages_of(texts: Sequence[str]) -> list[str]:
    """The language of each block of one document; short ones are read with the languages of the long ones in mind.

    Parameters
    ----------
    texts : sequence of str

    Returns
    -------
    list of str
        ISO 639-1 codes; ``und`` for all where there is too little text.
    """
    texts = list(map(_readable, texts))
    scripts = [script_of(text) for text in texts]
    letters = [len(LETTER.findall(text)) for text in texts]
    found = [_language(text) if count >= FEW_LETTERS else UNKNOWN for text, count in zip(texts, letters, strict=True)]
    present: dict[str, Counter[str]] = {script: Counter() for script in scripts}
    for script, language, count in zip(scripts, found, letters, strict=True):
        if language != UNKNOWN:
            present[script][language] += count
    for script, languages in present.items():  # where all blocks of a script are short, they are read as one
        if script and not languages:
            together = "\n".join(text for text, its_script in zip(texts, scripts, strict=True) if its_script == script)
            if (language := _best(_shares(together))) != UNKNOWN:
                languages[language] = len(LETTER.findall(together))
    everywhere = sum(present.values(), Counter())
    majority = everywhere.most_common(1)[0][0] if everywhere else UNKNOWN
    return [
        next((known for known in (language, _with_neighbours(text, present[script])) if known != UNKNOWN), majority)
        for text, script, language in zip(texts, scripts, found, strict=True)
    ]


@lru_cache(REMEMBERED)
def _language(text: str) -> str:
    """The language of a text by itself."""
    return _best(_shares(_readable(text)))


def script_of(text: str) -> str:
    """The script that most letters of a text are in, one of `SCRIPTS`; empty where it has no letters."""
    sample = text[:SAMPLE]
    if sample.isascii():
        return "latin" if LETTER.search(sample) else ""
    counts = {name: len(letters.findall(sample)) for name, letters in LETTERS.items()}
    if counts["kana"]:  # Japanese is written in both
        counts["kana"] += counts.pop("han")
    counts["han"] = counts.get("han", 0) * LETTERS_OF_A_SIGN
    most = max(counts, key=lambda name: counts[name])
    return most if counts[most] else ""


def _readable(text: str) -> str:
    """The text without entities, tags and addresses, whose letters are in no language, and with usual letters alone."""
    shown = clean(text) if "&" in text or "<" in text else text
    if SHAPED_LETTER.search(shown):
        shown = unicodedata.normalize("NFKC", shown)
    if "/" in shown or "@" in shown or "www." in shown:
        said = ADDRESS.sub(" ", shown)
        return said if LETTER.search(said) else shown
    return shown


def _shares(text: str) -> dict[str, float]:
    """How likely each language is, among those of the text's script."""
    script = script_of(text)
    languages = SCRIPTS[script][1].split() if script else []
    if script == "arabic":
        languages = _by_letters(text) or languages
    if script == "cyrillic":
        without = [language for language in languages if not LACKING_LETTERS.get(language, NOTHING).search(text)]
        languages = without or languages
    if not script or len(languages) == 1:
        return dict.fromkeys(languages, 1.0)
    shares = {
        language: share * (1 if language in WRITTEN_MUCH else SELDOM)
        for language, share in identifier(tuple(languages)).rank(text[:SAMPLE])
    }
    whole = sum(shares.values())
    return {language: share / whole for language, share in shares.items()} if whole else {}


def _by_letters(text: str) -> list[str]:
    """The languages of the Arabic script that the letters of a text leave open; none where they say nothing."""
    counts = {language: len(letters.findall(text)) for language, letters in TELLING_LETTERS.items()}
    own = {language: counts[language] for language in ("ps", "ug", "ur") if counts[language]}
    if own:
        most = max(own, key=lambda language: own[language])
        return [most] if own[most] >= MUCH_TELLING or not counts["ar"] else []
    if counts["fa"] or counts["ar"]:
        return ["ar"] if counts["ar"] > counts["fa"] else ["fa", "ur"]
    return []


def _best(shares: Mapping[str, float]) -> str:
    best = max(shares, key=lambda language: shares[language], default=UNKNOWN)
    return best if shares and shares[best] >= SURE_ENOUGH else UNKNOWN


def _with_neighbours(text: str, present: Counter[str]) -> str:
    """The language of a short block, likely to be one that longer blocks of its script are in."""
    shares = _shares(text)
    if not present:
        return _best(shares)
    weighed = {
        language: share * (AMONG_PRESENT / len(present) if language in present else (1 - AMONG_PRESENT) / len(shares))
        for language, share in shares.items()
    }
    return max(weighed, key=lambda language: weighed[language], default=present.most_common(1)[0][0])


@cache
def identifier(languages: tuple[str, ...]) -> LanguageIdentifier:
    """The language identifier for some languages, or for those of the Latin script where none is named.

    To leave the others out before is to leave them out of what it says afterwards, in two thirds of the time.
    """
    loaded = copy.copy(_loaded())
    # Only ISO 639-1: a dialect without a code of its own there is read as the language it belongs to.
    known = [language for language in loaded.labels if len(language) == 2]
    loaded.set_languages([one for one in known if (one in languages if languages else one not in NOT_IN_LATIN)])
    return loaded


@cache
def _loaded() -> LanguageIdentifier:
    """The language identifier, loaded once.

    py3langid rather than lingua: both read every training block of 80 characters and more, and scripts, letters and
    the document help with the shorter ones. On sentences of SIB-200 in 13 languages, cut to 20, 40 and 80
    characters, it is right in 0.956, 0.997 and 0.999 of them as texts of their own (wrong in 0.022, 0.002 and
    0.001, else `und`), and in 0.998 and more as blocks of one document. It needs 5 MB on disk instead of 96,
    0.6 s to load instead of 7, and a tenth of the time a block. Its model is plain arrays, read without pickle.
    """
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
