"""Furniture of the page is told from what an article says."""

from __future__ import annotations

import pytest

from paratheme.documents.boilerplate import is_boilerplate, speaks_of_its_page
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
        *("Correction: an earlier version of this story misnamed the village.",),
    ],
)
def test_furniture_of_the_page_is_boilerplate(line: str) -> None:
    assert is_boilerplate(line) or speaks_of_its_page(line)
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
    assert not speaks_of_its_page(line)


@pytest.mark.parametrize(
    "line",
    [
        *(
            "This story was supported by a travel grant. The funder had no say in it.",
            "Cette enquête a été soutenue par un fonds régional.",
            "أُنجز هذا التحقيق بدعم من صندوق للصحافة.",
            "Este reportaje se hizo con el apoyo de una fundación.",
            "Esta reportagem teve o apoio de uma fundação.",
            "Bu dosya bir vakfın desteğiyle hazırlandı.",
            "Liputan ini didukung oleh sebuah yayasan.",
            "این گزارش با حمایت یک بنیاد تهیه شده است.",
            "یہ رپورٹ ایک فاؤنڈیشن کی مالی معاونت سے تیار ہوئی۔",
            "Материал подготовлен при поддержке фонда.",
            "Makala haya yamefadhiliwa na mfuko wa habari.",
        ),
        *(
            "Some names have been changed.",
            "Les prénoms ont été modifiés.",
            "تم تغيير أسماء الأشخاص حفاظا على سلامتهم.",
            "Los nombres han sido cambiados a petición de las familias.",
            "Os nomes foram alterados.",
            "Görüştüğümüz kişilerin isimleri güvenlikleri için değiştirildi.",
            "Nama narasumber disamarkan.",
            "نام مصاحبه‌شوندگان تغییر کرده است.",
            "نام فرضی ہیں۔",
            "Имена героев изменены.",
            "Majina ya wahusika yamebadilishwa kwa usalama wao.",
        ),
        *(
            "The interview was edited for length and clarity.",
            "L’entretien a été relu par l’intéressé.",
            "تم اختصار المقابلة.",
            "La entrevista ha sido editada por su extensión.",
            "A entrevista foi editada.",
            "Söyleşi kısaltılarak yayımlanmıştır.",
            "Wawancara ini telah disunting.",
            "این گفت‌وگو ویرایش و کوتاه شده است.",
            "یہ انٹرویو اختصار کے لیے مرتب کیا گیا۔",
            "Интервью сокращено.",
            "Mahojiano yamefupishwa.",
        ),
        *(
            "How to cite: The Well (2024), Paper 12.",
            "Pour citer cet article : Le Puits, 2024.",
            "للاقتباس: البئر، ٢٠٢٤.",
            "Cómo citar: El Pozo (2024).",
            "Como citar: O Poço, 2024.",
            "Atıf için: Kuyu, 2024.",
            "Cara mengutip: Sumur (2024).",
            "نحوه ارجاع: چاه، ۱۴۰۳.",
            "При цитировании ссылка на издание обязательна.",
        ),
        *(
            "This is not investment advice.",
            "Ce texte ne constitue pas un conseil juridique.",
            "Yatırım tavsiyesi değildir.",
            "Bukan ajakan membeli atau menjual.",
            "یہ قانونی مشورہ نہیں ہے۔",
            "Не является инвестиционной рекомендацией.",
        ),
        *(
            "Donate now: every euro drills a metre.",
            "Votre don ouvre droit à une réduction d’impôt.",
            "للتبرع: حساب رقم ٥.",
            "Hazte socia por diez euros.",
            "Doe agora por Pix.",
            "Bağış yapmak için SU yazın.",
        ),
        *(
            "Do you have a story to tell? Write to the desk.",
            "Une erreur ? Écrivez-nous.",
            "هل لديك معلومات؟ راسلنا.",
            "¿Tienes una pista? Escríbenos.",
            "Encontrou um erro?",
            "Bize yazın.",
            "Hubungi redaksi.",
            "Нашли опечатку? Выделите её.",
            "Wasiliana nasi.",
        ),
        *(
            "Unofficial translation.",
            "Seule la version en arabe fait foi.",
            "ترجمة غير رسمية",
            "Documento firmado electrónicamente.",
            "Não dispensa a consulta do texto integral.",
            "Bu özet resmî belge değildir.",
        ),
        *(
            "Next report: 12 March",
            "Prochain numéro : mai",
            "في العدد القادم: البئر",
            "Próximo número: mayo",
            "قسمت بعد: چاه",
        ),
        *("View this email in your browser", "The boundaries shown on the map do not imply recognition."),
        *(
            "**Correction:** the village lies on the left bank.",
            "*Lea también:* diez pozos",
            "> Lire aussi : dix puits",
        ),
        *("Correction 2 March: the village lies on the left bank.", "◄ بیشتر بخوانید: ده چاه", "📬 Abonnez-vous"),
        *(
            "Text and photos: Amina Diallo",
            "Textes et photos : A. Diallo",
            "Disusun oleh: tim sumur",
            "Hazırlayan: kuyu ekibi",
        ),
        *("Amina Diallo, professor of history, Niamey", "سعاد الطيب ـ باحثة في التاريخ", "مریم نوری، پژوهشگر تاریخ"),
    ],
)
def test_what_a_page_says_of_itself_in_whole_sentences_is_boilerplate(line: str) -> None:
    assert is_boilerplate(line) or speaks_of_its_page(line)


@pytest.mark.parametrize(
    "line",
    [
        "The names of the two streets have been changed.",
        "Les noms des deux rues ont été changés en mars.",
        "تغيير اسم الشارع أثار غضب السكان.",
        "Sokakların isimleri 2019 yılında değiştirildi.",
        "The project was funded by the council and opened in May.",
        "Cet hôpital est financé par le conseil.",
        "The next report of the committee showed that the wells were dry.",
        "Le prochain rapport de la commission dira qui a fermé les puits.",
        "The council wants to become a member of the union.",
        "He asked the villagers to donate what they could spare.",
        "She told us about the wells, and wrote to the editors of two papers.",
        "Have news reports of the flood reached the upper village?",
        "According to an unofficial translation, the minister promised ten wells.",
        "Amina, whose name has been changed, fled with her three children.",
        "Donasi dari masyarakat mencapai dua juta rupiah.",
        "Имена погибших не называются.",
        "Los ingresos del pozo cayeron un 5 %.",
        "Famine looms in the east, researcher says",
        "السودان على حافة المجاعة، خبير يحذر",
        "- Update: twelve wells repaired",
        "• Contact: 12 cases traced",
    ],
)
def test_what_an_article_says_with_the_same_words_is_not(line: str) -> None:
    assert not is_boilerplate(line)
    assert not speaks_of_its_page(line)


@pytest.mark.parametrize(
    "note",
    [
        "Amina Diallo is a reporter at The Well.",
        "L’auteur enseigne l’histoire à Niamey.",
        "كاتب وباحث من غزة",
        "El autor es profesor de historia.",
        "Penulis adalah peneliti di sebuah lembaga.",
    ],
)
def test_who_the_author_is_stands_near_an_edge_of_the_document(note: str) -> None:
    assert kinds_in("Rain in the east", RAIN, WELL, note, RAIN)[3] == "boilerplate"
    body = [RAIN, WELL] * 4
    assert kinds_in("Rain in the east", *body, note, *body)[9] != "boilerplate"


@pytest.mark.parametrize(
    "sentence",
    [
        "أعداد النازحين ارتفعت إلى الضعف خلال أسبوع.",
        "تحرير الرهائن كان أول مطالب الوفد.",
        "صحفيون في غزة قُتلوا وهم ينقلون الخبر.",
        "التعليقات على القرار تباينت بين القريتين.",
        "ما ورد في التقرير لا يعكس الواقع في المخيمات.",
        "يحظر استخدام القوة من دون موافقة مجلس الأمن.",
        "المزيد من الشاحنات دخلت المعبر.",
        "К началу марта вода ушла из нижней деревни.",
        "Подготовили проект резолюции три страны, и совет принял его.",
        "За дополнительной помощью обратились двести семей.",
        "Комментировать решение в министерстве отказались.",
        "Уточнение списков заняло неделю.",
        "İsveç NATO’ya üye olmak için bekliyor.",
        "Ateşkesin devamı için görüşmeler sürüyor.",
        "Görüşmelerden çıkan metin bağlayıcı değildir.",
        "Paylaşılan görüntülerde iki kuyunun yıkıldığı görülüyor.",
        "Bakanlık o raporu kaynak gösterdi.",
        "En el primer mes de la guerra cerraron los pozos.",
        "La opinión pública exige que alguien asuma su responsabilidad.",
        "Contacto con las familias no hubo hasta el lunes.",
        "Comparte frontera con dos países.",
        "Descargar la ayuda llevó dos días.",
        "Voltar à aldeia é o que todos querem.",
        "Contacto com as famílias só houve na segunda-feira.",
        "Anak-anak itu belajar untuk membaca di bawah pohon.",
        "Kembali ke desa mereka belum mungkin.",
        "Siaran pers itu menyebut dua desa.",
        "Bergabung dengan PBB adalah tujuannya.",
        "Hadiah itu dipilih juri tanpa hak suara.",
        "تماس با خانواده‌ها از دیشب قطع شده است.",
        "نقض حریم خصوصی شهروندان ادامه دارد.",
        "دیدگاه‌های دو روستا درباره چاه یکی نیست.",
        "ترجمه هم‌زمان خراب شد و هیئت ایتالیا رفت.",
        "پریس ریلیز میں کہا گیا کہ دو کنویں بند ہیں۔",
        "لڑکیاں پڑھنا جاری رکھنے کے لیے سرحد پار گئیں۔",
        "بلا اجازت جلسے پر پولیس نے لاٹھی چارج کیا۔",
        "Mwandishi wa habari aliuawa karibu na kisima.",
        "Tarehe 8 wajumbe walisikiliza taarifa ya maji.",
        "Wakulima wamechangia nusu ya gharama.",
        "Taarifa kwa vyombo vya habari ilisema visima vimefungwa.",
        "Sur ce sujet, le ministre n’a rien dit.",
        "Les visas sont délivrés sur demande.",
        "Réalisée par le comité en mai, l’enquête porte sur deux villages.",
        "La trêve a été signée sans engagement des deux milices.",
        "Published in 2019, the study counted the wells of two villages and named their owners.",
        "The picture first appeared on a channel of the militia in March.",
        "Recommended measures include two wells and a wall.",
        "This report was supported by two countries in the Council, and rejected by a third.",
        "Ahmed Ali is the director of the hospital in El Fasher and has not left it.",
        "Compiled by the council from satellite images, the list names forty wells.",
        "Redistribution of food aid is forbidden by the militia, and people starve.",
        "Please donate blood, the hospital said over the loudspeakers.",
        "Transcripts were found in the ruins of the prison.",
        "Some names have been changed on the voter lists.",
        "Update: the wells were opened again on Friday.",
        "No comment was to be had from the army.",
        "L’auteur est mort dans l’attaque, a indiqué le procureur.",
        "Les voyageurs peuvent s’abonner au tram.",
        "Les prénoms des victimes ont été modifiés sur les stèles.",
        "Les cartes d’électeur n’impliquent aucun droit de résidence.",
        "سجل المخيم وفاة ستة أطفال، والماء الآن لا يكفي.",
        "انضم آلاف الشبان إلى المقاتلين الآن.",
        "الحدود المغلقة لا تعني الاعتراف بالهزيمة.",
        "للتبرع بالدم اصطف المئات.",
        "Este informe fue apoyado por dos países.",
        "Este artículo fue derogado por el tribunal.",
        "Este texto é o mais duro que o conselho já aprovou.",
        "Assine o acordo, pediu o mediador.",
        "Bu araştırma köylülerin desteğiyle açılan kuyuların kuruduğunu gösteriyor.",
        "Laporan ini didukung dua negara di dewan.",
        "Daftar korban sekarang memuat 40 nama.",
        "این گزارش با حمایت دو کشور رد شد.",
        "در همین رابطه، پلیس دو نفر را بازداشت کرد.",
        "شیئر ہولڈرز نے فیصلہ مسترد کر دیا۔",
        "تمام حقوق عورتوں کو ملنے چاہئیں۔",
        "Об авторе нападения ничего не известно.",
        "По теме воды стороны не договорились.",
        "Все имена изменены на картах города.",
        "(c) Boats that have no papers in 2024 shall be searched by the police of both districts.",
    ],
)
def test_sentences_that_open_or_end_like_furniture_are_kept(sentence: str) -> None:
    assert not is_boilerplate(sentence)
    assert not speaks_of_its_page(sentence)
    assert kinds_in("Rain in the east", RAIN, sentence, WELL, RAIN)[2] != "boilerplate"


@pytest.mark.parametrize(
    "headline",
    [
        *("Sources: army retakes bridge", "Fuentes: el ejército toma el puente", "مصادر: الجيش يستعيد الجسر كله"),
        *("Источники: армия вернула себе мост", "Kaynaklar: ordu köprüyü geri aldı", "Update: 40 dead in the east"),
        *("Staff leave hospital", "Agencias de la ONU suspenden la ayuda", "وكالات الإغاثة توقف عملها"),
        *("گزارش سازمان ملل از غزه", "گروه بریکس نشست برگزار کرد", "Собкор погиб в Газе", "Mwandishi wetu auawa"),
        *("Partager l’eau du Nil", "Enviar agua a Gaza", "تماس با غزه قطع شد", "Wartawan dibunuh di Gaza"),
        *("Oleh karena itu sumur ditutup", "مراسل حربي قتل في غزة أمس"),
    ],
)
def test_headlines_that_open_like_furniture_are_kept(headline: str) -> None:
    assert not is_boilerplate(headline)
    assert not speaks_of_its_page(headline)


def test_what_tells_of_the_page_stands_near_an_edge_of_the_document() -> None:
    line, body = "This story was supported by a travel grant.", [RAIN, WELL] * 4
    furniture = ["© 2024 The Well", "Read also: ten wells"]
    assert kinds_in("Rain in the east", *body, line, *furniture)[9] == "boilerplate"
    assert kinds_in("Rain in the east", line, *body)[1] == "boilerplate"
    assert kinds_in("Rain in the east", *body, line, *body)[9] == "paragraph"
