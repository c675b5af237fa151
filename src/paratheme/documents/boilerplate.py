"""What a page adds and the article does not say: the phrases by which it is recognised.

The patterns are matched against folded text (see `fold`): lower case, straight apostrophes, single spaces,
Arabic without vowel signs, with one form of alef, of yeh and of final heh. Write them in that form.
"""

from __future__ import annotations

import re

ARABIC_FOLDING = str.maketrans("أإآٱىةؤئ", "اااايهوي")
MARKS_AND_TATWEEL = re.compile("[\u0610-\u061a\u064b-\u065f\u0670\u0640\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")

# A page repeats itself in short lines; beyond this many characters it is the article that speaks.
LONGEST = 260

NETWORKS = (
    r"facebook|twitter|whats ?app|linkedin|telegram|instagram|pinterest|reddit|tiktok|youtube|messenger"
    r"|e-?mail|print|imprimer|copy link|copier le lien|courriel|\bx\b"
    r"|فيسبوك|تويتر|اكس|واتس ?اب|تيليجرام|تليجرام|تلغرام|تيليغرام|لينكد ?ان|انستغرام|نسخ الرابط"
    r"|طباعه|بريد الكتروني"
)
MAIL = r"inbox|newsletter|e-?mail|boite|lettre|infolettre|courriel|بريدك|صندوق الوارد|نشره|نشرتنا|النشرات|النشره"

# Anywhere in a document. Each entry: what it is, and the phrases, in English, French and Arabic.
PHRASES: dict[str, tuple[str, ...]] = {
    "shortcode": (
        r"^\[/?[a-z][\w-]*(?:[ =][^\]]*)?\](?: |$)",
        r"\[/?(?:ad|caption|gallery|embed|video|audio|vc|et_pb)(?:_\w+)?(?: [^\]]*)?\]$",
    ),
    "source": (
        (
            r"^(?:sources?|source link|link (?:of |to )?(?:the )?source|original (?:article|source)"
            r"|via) ?(?::|\||$)"
        ),
        r"^(?:lien (?:de la |vers la )?source|article original) ?(?::|\||$)",
        r"^(?:ال)?(?:مصدر|مصادر)(?: الخبر)? ?(?::|\||$)|^رابط (?:ال)?(?:مصدر|خبر|مقال)|المصدر ?:$",
    ),
    "rights": (
        r"^©|^\(c\) |^copyright\b|^حقوق (?:النشر|الطبع)",
        (
            r"all rights reserved|(?:reproduction|redistribution|republication"
            r"|rebroadcast)\b.*\b(?:prohibited|permission|forbidden)"
        ),
        (
            r"tous droits reserves|droits de reproduction|(?:reproduction|rediffusion"
            r"|republication)\b.*\b(?:interdite|autorisee|sans accord)"
        ),
        (
            r"(?:جميع|كل|كافه) الحقوق محفوظه|(?:يحظر|يمنع|لا يجوز) (?:اعاده )?(?:ال)?(?:نشر|نسخ|نقل"
            r"|استخدام).*(?:اذن|موافقه)"
        ),
    ),
    "read also": (
        (
            r"^(?:also read|read ?also|see also|watch also|to read also|read (?:more|next|on)"
            r"|related(?: \w+)?|more on this)\b ?(?::|\||–|-|$|\.\.\.)"
        ),
        r"^(?:recommended|you (?:may|might) also like|don't miss|most read|trending|keep reading)\b",
        (
            r"^(?:a )?(?:lire|voir|ecouter|decouvrir) (?:aussi|egalement|encore)\b|^a (?:lire|voir) ?:"
            r"|^lire la suite"
        ),
        r"^(?:sur le meme (?:sujet|theme)|articles? (?:lies?|similaires?|connexes?)|en lien|les plus lus)\b",
        (
            r"^(?:و?اقرا|اقراوا|طالع|شاهد|تابع|انظر) (?:ايضا|كذلك|المزيد)|^(?:لمزيد من|المزيد من"
            r"|للمزيد)\b.{0,40}(?::|اضغط|$)"
        ),
        r"^(?:مواضيع|اخبار|مقالات|موضوعات) (?:ذات صله|متعلقه|مشابهه)|^(?:قد يعجبك|الاكثر قراءه|ذات صله)",
    ),
    "share": (
        r"^(?:share|tweet|post|follow us|like us|join us|find us|partage[rz]?|suivez[- ]nous|suivre"
        r"|rejoignez[- ]nous)\b.{0,40}(?:" + NETWORKS + r"|:|\|)",
        (
            r"click to (?:share|print|email)|cliquez pour (?:partager|imprimer|envoyer)"
            r"|opens in (?:a )?new window"
        ),
        r"s'ouvre dans une nouvelle fenetre|^partagez (?:ceci|cet article|sur)|^share (?:this|on|via)\b",
        r"^(?:شارك|شاركها|شاركه|مشاركه|انشر)(?: (?:هذا|هذه|علي|عبر|مع|ال\w+))*? ?(?::|\||$|" + NETWORKS + r")",
        r"^تابعونا|^تابعنا|اضغط للمشاركه|فتح في نافذه جديده",
    ),
    "cookies": (
        (
            r"\b(?:uses?|using|accept|allow|manage|our|reject|these) (?:\w+ )?cookies\b"
            r"|\bcookies? (?:policy|settings|preferences)"
        ),
        r"\b(?:utilis\w+|accept\w+|depos\w+|refus\w+|gestion|gerer|parametr\w+) (?:\w+ ){0,2}cookies\b",
        r"ملفات (?:تعريف )?(?:ال)?ارتباط|الكوكيز|سياسه الخصوصيه|privacy policy|politique de confidentialite",
    ),
    "newsletter": (
        (
            r"(?:^|[.!?…:|–—-] )(?:please )?(?:subscribe|sign up|register|unsubscribe|opt in|enrol)\b(?!ed"
            r"|rs| of)"
        ),
        (
            r"\b(?:subscribe|sign up) (?:to|for|here|now|today|free)\b.*\b(?:our|your|newsletter"
            r"|never miss|free|week|month)\b"
        ),
        (
            r"(?:^|[.!?…:|–—-] )(?:get|receive|join|have|want|enjoy\w*)\b.*\b(?:inbox|newsletter"
            r"|by e-?mail|email)\b"
        ),
        (
            r"(?:straight|direct\w*|delivered|sent) (?:in)?to your (?:inbox|e-?mail|mailbox|phone)"
            r"|unsubscribe|manage preferences"
        ),
        (
            r"\b(?:inscrivez|abonnez|desabonnez|desinscri\w+)[ -]?(?:vous)?\b|\bs'abonner\b"
            r"|\bje m'(?:abonne|inscris)\b|se desabonner"
        ),
        r"(?:^|[.!?…:|–—-] )recevez[ -].*\b(?:"
        + MAIL
        + r"|matin|semaine|gratuit\w*)\b|votre boite (?:mail|aux lettres|electronique|de reception)",
        r"(?:^|[.!?…:|] )(?:اشترك|اشتركوا|اشتركي|انضم|انضموا|سجل|سجلوا|احصل|احصلوا|تلق)\b.*(?:"
        + MAIL
        + r"|مجانا|قناتنا|قناه|الان|لدينا)",
        (
            r"\bبريدك\b|صندوق (?:ال)?(?:وارد|بريد)|الغاء الاشتراك|(?:نشرتنا|النشره|النشرات) (?:البريديه"
            r"|الاخباريه|الاسبوعيه|اليوميه)"
        ),
    ),
    "form": (
        r"^(?:success|error|oops|thank you|thanks|done|submitted)[^\w]*$|^almost (?:finished|done|there)\b",
        (
            r"we need to confirm your|(?:problem|error) (?:processing|with|submitting) your"
            r"|please (?:try again|enter|check your|follow the instructions|confirm your|provide a valid)"
        ),
        r"^(?:succes|erreur|merci|bravo|envoye)[^\w]*$|^(?:c'est )?(?:presque|bientot) (?:termine|fini)\b",
        (
            r"confirmer votre (?:adresse|e-?mail|inscription)|veuillez (?:reessayer|saisir|verifier|suivre"
            r"|confirmer|entrer)"
        ),
        (
            r"^(?:نجاح|تم بنجاح|خطا|شكرا|شكرا لك|تم|تم الارسال)[^\w]*$|^(?:انتهي|انتهينا"
            r"|اوشك\w*) (?:تقريبا|علي الانتهاء)"
        ),
        (
            r"(?:تاكيد|ادخل|ادخال|عنوان) (?:عنوان )?بريدك|ارسلناه? (?:اليك|لك)|(?:معالجه|ارسال) (?:طلبك"
            r"|تقديمك|نموذجك|اشتراكك)|يرجي المحاوله"
        ),
    ),
    "disclaimer": (
        (
            r"\b(?:views|opinions) (?:expressed|are)\b.*\b(?:author|writer|own|necessarily|contributor)"
            r"|do(?:es)? not necessarily (?:reflect|represent)"
        ),
        r"n'engage(?:nt)? que|ne reflet\w* pas (?:necessairement|forcement)|tribunes? (?:publiees?|libres?)",
        (
            r"(?:الاراء|المقالات|الافكار|ما ورد|ما ينشر).*(?:لا تعبر|لا تمثل|تعبر عن|لا تعكس|لا يعبر"
            r"|لا يمثل|يعبر عن)"
        ),
        (
            r"translat\w+ automatically|automatically translated|machine[- ]translat"
            r"|traduit\w* automatiquement|traduction automatique|(?:ترجم|مترجم|ترجمه).{0,20}(?:اليا|اليه"
            r"|تلقائي)"
        ),
    ),
    "paywall": (
        (
            r"(?:reserve|exclusif)e?s? (?:a|aux) (?:nos )?abonnes|il vous reste \S+ ?%|deja abonne"
            r"|offre (?:speciale|d'essai|decouverte)|sans engagement"
        ),
        (
            r"(?:article|content|story) is (?:reserved|for|available to) .*subscribers|subscribers? only"
            r"|already a (?:subscriber|member)|to continue reading|support (?:local|independent|our"
            r"|quality) journalism"
        ),
        (
            r"(?:للمشتركين|المشتركين) فقط|(?:هذا|هذه) (?:المحتوي|المقال|الماده) (?:مخصص"
            r"|متاح)\w* (?:للمشترك|لمشترك)\w*|لمتابعه القراءه"
        ),
    ),
    "desk": (
        (
            r"^\(?(?:compiled|reporting|reported|edited|editing|writing|written|additional reporting"
            r"|translated) by\b|; ?(?:editing|edited|reporting) (?:by|in)\b"
        ),
        (
            r"^(?:(?:media|press) (?:contacts?|enquir\w+|inquir\w+)|notes? to (?:the )?editors? ?[:.–-]"
            r"|for (?:media|press|more|further) (?:enquir\w+|inquir\w+|information)\b)|^ends?[.#]? "
        ),
        r"^-?\(?ends?\)?-?[.#]?$|^#{3,}$|available (?:on|upon) request|^(?:boilerplate|about the author)\b",
        (
            r"^(?:contacts? presse|contacts? medias?|notes? aux? (?:redactions?|redacteurs?"
            r"|editeurs?) ?[:.–-]|relations presse|pour (?:toute|plus d')information)|(?:sur demande"
            r"|libres? de droits)\.?$"
        ),
        r"^(?:redige|realise|traduit|edite|propos recueillis)e?s? par\b|^\(?avec (?:afp|reuters|ap)\b",
        (
            r"^(?:للاستفسار|للاستفسارات|للتواصل|للاتصال|لمزيد من المعلومات|ملاحظه (?:الي"
            r"|ل)\w* ?(?:ال)?محرر|للصحفيين|جهه الاتصال)|^(?:تحرير|اعداد|ترجمه)(?: و\w+)? ?:|^\(?(?:اعداد"
            r"|تحرير|اعده|تغطيه صحفيه) "
        ),
    ),
    "post footer": (
        (
            r"(?:the )?post .* appeared first on|first (?:published|appeared) (?:on|in)"
            r"|est apparue? en premier|(?:ظهرت|ظهر|نشر|نشرت) اولا (?:علي|في)"
        ),
        (
            r"^(?:tags?|filed under|categor(?:y|ies)|topics|keywords|mots[- ]cles|etiquettes|categories"
            r"|publie dans|الوسوم|وسوم|كلمات مفتاحيه|تصنيفات?|الكلمات (?:ال)?مفتاحيه) ?:"
        ),
        (
            r"^(?:advertis\w+|sponsored(?: content)?|publicite|annonce|contenu sponsorise|اعلان|اعلانات"
            r"|محتوي ممول|ماده اعلانيه)[^\w]*$"
        ),
        (
            r"^(?:leave a (?:comment|reply)|post a comment|\d+ comments?|no comments?"
            r"|laisse[rz] un commentaire|\d+ commentaires?|اترك (?:تعليقا?|ردا?)|(?:اضف|اكتب) تعليق\w*"
            r"|التعليقات)\b"
        ),
        (
            r"^(?:skip to (?:main )?content|back to (?:top|home)|next (?:article|post)|previous (?:article"
            r"|post)|aller au contenu|haut de page|retour (?:a l'accueil|en haut)|article (?:suivant"
            r"|precedent)|load more|voir plus)\b"
        ),
        (
            r"^(?:menu|home|accueil|الرييسيه|القايمه|page d'accueil)\b ?(?:$|[>»/|])|^\d+ ?(?:min|minutes?"
            r"|دقايق|دقيقه)(?: de lecture| read| قراءه)"
        ),
        (
            r"^(?:download|telecharge[rz]) (?:the |our |le |la |l'|notre )?(?:app\b|application|pdf)"
            r"|^(?:لتنزيل|لتحميل|حمل|نزل)\b.*(?:pdf|تطبيق|اضغط|بصيغه|انقر)"
        ),
    ),
    "byline": (
        r"^(?:published|posted|updated|last (?:updated|modified)|first published)\b[^.]{0,20}\d",
        (
            r"^(?:publiee?|mise? a jour|modifiee?|poste|mise? en ligne)(?: par .{0,40})? (?:le|a"
            r"|il y a)\b[^.]{0,50}\d"
        ),
        (
            r"^(?:نشر|نشرت|تم النشر|تاريخ النشر|اخر تحديث|تم التحديث|تحديث|حدث)(?: في| بتاريخ"
            r"| يوم)? ?:? ?[^.]{0,30}[\d٠-٩]"
        ),
    ),
}

# Names are told from words by their capitals, which folding takes away: matched against the text as it is.
BYLINE = re.compile(
    r"^(?:By|BY|Par|PAR|Posted by|Written by|Publié par|Author:"
    r"|Auteur ?:)(?: (?:[A-ZÀ-Ý][\w.'’-]*|de|du|van|von|al|el|and|et|our|notre)){1,8}"
    r"(?: ?[,|–—-] ?.{0,40})?$"
)
ARABIC_BYLINE = re.compile(r"^(?:بقلم|كتب|كتبت|الكاتب|المحرر) ?(?::|-|–|/) ?(?:\S+ ?){1,6}$|^بقلم (?:\S+ ?){1,5}$")

# The reader is spoken to: no proof in an article, but in a short line at the edge of a page it is.
ADDRESS = re.compile(
    r"\b(?:your?|you|click|tap|here|free|app|follow|download|sign|subscri\w+|letters?|contact"
    r"|newsletter|e-?mail|join"
    r"|inbox|website|membership|donate|preferences|settings|standards"
    r"|votre|vos|vous|nous suivre|notre|nos|abonn\w+|gratuit\w*|cliquez|site|faire un don"
    r"|contact|newsletter|refuser|accepter"
    r"|تابع|تابعوا|اضغط|انقر|حمل|نزل|مجانا|قناتنا|تطبيق\w*|موقعنا|صفحتنا|راسلونا|للتواصل"
    r"|بريد\w*|نشرتنا|تبرع|للتبرع|ساهم)\b"
)

_COMPILED = [re.compile(phrase) for phrases in PHRASES.values() for phrase in phrases]
_NETWORK = re.compile(rf"(?:{NETWORKS})")


def fold(text: str) -> str:
    """Text as the patterns expect it: one letter form, one apostrophe, single spaces, no accents in Latin."""
    text = MARKS_AND_TATWEEL.sub("", text).translate(ARABIC_FOLDING).casefold().translate(_LATIN_FOLDING)
    return " ".join(text.split())


_LATIN_FOLDING = str.maketrans("àâäáéèêëîïíôöóùûüúçñ’ʼ‘", "aaaaeeeeiiiooouuuucn'''")


def is_boilerplate(text: str) -> bool:
    """Whether a block is furniture of the page, wherever it stands.

    Parameters
    ----------
    text : str
        One block.

    Returns
    -------
    bool
        True for newsletter prompts, sharing and cookie lines, links to other articles, notices of rights,
        shortcodes, source lines, bylines and their like.
    """
    if len(text) > LONGEST:
        return False
    folded = fold(text)
    if BYLINE.match(" ".join(text.split())) or ARABIC_BYLINE.match(folded):
        return True
    if len(_NETWORK.findall(folded)) >= 2 and len(folded) < 100 and not folded.endswith("."):
        return True
    return any(pattern.search(folded) for pattern in _COMPILED)


def speaks_to_the_reader(text: str) -> bool:
    """Whether a short line at a page's edge is the page speaking to its reader."""
    return ADDRESS.search(fold(text)) is not None
