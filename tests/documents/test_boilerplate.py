"""Furniture of the page is told from what an article says."""

from __future__ import annotations

import pytest

from paratheme.documents.boilerplate import is_boilerplate
from tests.documents.examples import BIR, MATAR, PLUIE, PUITS, RAIN, WELL, kinds_in


@pytest.mark.parametrize(
    "line",
    [
        *(
            "[ad_1]",
            "[ad_2] Source link",
            "[caption id=12]",
            "Source: agencies",
            "المصدر: وكالات",
            "Lien source",
            "المصدر",
        ),
        *(
            "Share this: Facebook | X | WhatsApp",
            "Partager : Facebook X Courriel",
            "شارك الخبر: فيسبوك | واتساب",
        ),
        *(
            "This site uses cookies. Accept all",
            "Nous utilisons des cookies.",
            "نستخدم ملفات تعريف الارتباط.",
        ),
        *(
            "Subscribe to our newsletter",
            "Sign up for the Daily Brief",
            "Get the morning file in your inbox every day.",
        ),
        *(
            "Inscrivez-vous à notre lettre d’information.",
            "Abonnez-vous",
            "اشترك في نشرتنا البريدية",
            "اشترك الآن مجانا",
        ),
        *(
            "Read also: Ten wells in ten years",
            "Lire aussi : Dix puits en dix ans",
            "اقرأ أيضًا: عشر آبار",
            "إقرأ أيضا : آبار",
        ),
        *("© 2024 The Well. All rights reserved.", "Tous droits réservés", "جميع الحقوق محفوظة © البئر 2024"),
        *(
            "Success!",
            "Erreur !",
            "خطأ!",
            "We need to confirm your email address.",
            "يرجى المحاولة مرة أخرى لاحقا.",
        ),
        *(
            "Views expressed are the author's own.",
            "Les opinions n’engagent que leur auteur.",
            "الآراء لا تعبر عن رأي الصحيفة",
            "نظرات درج شده در این یادداشت الزاماً بیانگر مواضع خبرگزاری نیست",
            "دیدگاه‌های مطرح‌شده لزوماً سیاست‌های روزنامه را بازتاب نمی‌دهد",
            "ادارے کا مصنف کی رائے سے متفق ہونا ضروری نہیں",
            "یہ رائے مصنف کی ذاتی رائے ہے",
        ),
        *(
            "By Amina Diallo",
            "Par Jean de Souza, à Niamey",
            "بقلم: سعاد الطيب",
            "Published 12 March 2024 at 10:15",
        ),
        *(
            "Publié le 12 mars 2024",
            "نُشر في: ١٢ مارس ٢٠٢٤",
            "Advertisement",
            "Publicité",
            "إعلان",
            "Tags: rain, wells",
        ),
        *(
            "(Reporting by A. Issa; editing by the night desk)",
            "The post Rain appeared first on The Well.",
            "5 min read",
        ),
        *("Fuente: agencias", "Te puede interesar: diez pozos", "Comparte: Facebook | X", "12 comentarios"),
        *(
            "Leia também: dez poços",
            "Todos os direitos reservados.",
            "Tópicos: chuva, poços",
            "Assine a nossa newsletter",
        ),
        *("Kaynak: ajanslar", "Etiketler: yağmur, kuyu", "Tüm hakları saklıdır.", "İlgili haberler"),
        *("Baca juga: sepuluh sumur", "Sumber: kantor berita", "Ralat: nama desa keliru.", "Ikuti kami di WhatsApp"),
        *("منبع: خبرگزاری", "بیشتر بخوانید: ده چاه", "کد خبر: ۱۲۳۴۵۶", "برچسب‌ها: باران، چاه"),
        *("یہ بھی پڑھیں: دس کنویں", "جملہ حقوق محفوظ ہیں", "تبصرہ کریں"),
        *("Читайте также: десять колодцев", "Источник: агентства", "Все права защищены", "Теги: дождь, колодцы"),
        *("Soma pia: visima kumi", "Chanzo: mashirika", "Haki zote zimehifadhiwa.", "Na Mwandishi Wetu, Kampala"),
        *(
            "Amina Diallo is a reporter at The Well.",
            "Correction: an earlier version of this story misnamed the village.",
        ),
    ],
)
def test_furniture_of_the_page_is_boilerplate(line: str) -> None:
    assert is_boilerplate(line)
    assert kinds_in("Rain in the east", RAIN, WELL, line, RAIN)[3] == "boilerplate"


@pytest.mark.parametrize(
    "line",
    [
        *(RAIN, WELL, PLUIE, PUITS, MATAR, BIR),
        "The ministry said that subscribers of the two networks had been without a line since Monday.",
        "Sources in the ministry said that the wells would be closed.",
        "By Monday the river had reached the first houses of the lower village.",
        "Par ailleurs, le comité a demandé que les deux puits soient réparés avant l’hiver.",
        "Share prices fell in Lagos for a third day, and the naira with them.",
        "Le ministre a déclaré à la presse que le marché serait fermé jusqu’à lundi.",
        "وقال مصدر في الوزارة إن الآبار ستغلق حتى نهاية الشهر.",
        "شارك في الاجتماع ممثلون عن القريتين وعن لجنة المياه.",
        "كتب الوزير إلى اللجنة أن الآبار ستفتح بعد أسبوع من انتهاء أعمال الصيانة.",
        "اشترك في صياغة الاتفاق رعاة وفلاحون من القريتين.",
        "The parties signed up to the plan, and the council will receive the report in May.",
        "The error was found in March, when an inspector opened the accounts.",
        "تعلیمی ادارے بند ہیں اور والدین کی رائے مختلف ہے",
        "ادارہ برائے مہاجرین کے مطابق پڑوسی ملکوں میں جانے والوں کی تعداد بڑھ گئی ہے",
        "از نظر کارشناسان موضع وزارت در مذاکرات تغییر کرده است",
    ],
)
def test_what_an_article_says_is_not_boilerplate(line: str) -> None:
    assert not is_boilerplate(line)
