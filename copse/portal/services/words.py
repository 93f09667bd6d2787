"""A hundred short, calm words in each language: two digits each, so a code is ten words."""

import unicodedata
from functools import cache

WORDS: dict[str, tuple[str, ...]] = {
    language: tuple(words.split())
    for language, words in {
        "en": """apple arrow baker banjo basil beach bench berry bird blanket boat book bread
bridge brush bucket button cabin camel candle carpet castle chair cherry circle cloud coffee
comet copper cotton crayon cup daisy desert door dove drum eagle elbow fern field flag flute
forest fox garden ginger glass grape guitar hammer harbour hat hill honey island ivory jacket
jungle kettle kite ladder lake lamp leaf lemon lion mango maple meadow melon mirror moon
mountain music needle nest oak ocean olive onion orange owl paper peach pencil piano pillow
planet pocket rabbit rain ribbon river rose sand ship silver spoon star""",
        "fr": """abeille abricot aigle ananas arbre arrosoir aube avion balai balcon ballon banane
bateau biche bougie bouton brise bureau cabane cahier carotte cerise chaise champ chapeau chat
cheval ciel citron cloche colline coq corbeille corde coton cravate cube cuivre dauphin dune
escargot fenouil feuille ficelle figue flamme fleur foin fontaine fraise galet gant girafe gomme
grange guitare herbe hibou huile image jardin jasmin journal lac lampe lanterne lapin laine lilas
lune maison mangue marbre merle menthe miel miroir montagne mouton nappe neige noisette nuage
ombre oreille ours pain panier papier parc peigne perle phare pie plume poire pomme prune radis
rideau""",
        "ar": """تفاح سهم خباز عود ريحان شاطئ مقعد توت طائر بطانية قارب كتاب خبز جسر فرشاة دلو زر
كوخ جمل شمعة سجادة قلعة كرسي كرز دائرة غيمة قهوة مذنب نحاس قطن طبشور كوب أقحوان صحراء باب حمامة
طبل نسر مرفق سرخس حقل علم ناي غابة ثعلب حديقة زنجبيل زجاج عنب قيثارة مطرقة ميناء قبعة تل عسل
جزيرة عاج معطف دغل إبريق طائرة سلم بحيرة مصباح ورقة ليمون أسد مانجو قيقب مرج بطيخ مرآة قمر جبل
لحن إبرة عش بلوط محيط زيتون بصل برتقال بومة دفتر خوخ قلم بيانو وسادة كوكب جيب أرنب مطر شريط نهر
وردة رمل سفينة فضة ملعقة نجمة""",
        "sw": """tufaha mshale mwokaji banjo rehani ufuo benchi zabibu ndege blanketi mashua kitabu
mkate daraja brashi ndoo kifungo kibanda ngamia mshumaa zulia ngome kiti cheri duara wingu kahawa
kimondo shaba pamba chaki kikombe daisi jangwa mlango njiwa ngoma tai kiwiko jimbi shamba bendera
filimbi msitu mbweha bustani tangawizi kioo divai gitaa nyundo bandari kofia kilima asali kisiwa
pembe koti pori birika tiara ngazi ziwa taa jani limau simba embe mti malisho tikiti chupa mwezi
mlima muziki sindano kiota mwaloni bahari zeituni kitunguu chungwa bundi karatasi fyulisi penseli
kinanda mto sayari mfuko sungura mvua utepe maji waridi mchanga meli fedha kijiko nyota""",
    }.items()
}


def _plain(word: str) -> str:
    """Without case and accents, and with the Arabic letters people write in two ways made one."""
    apart = unicodedata.normalize("NFKD", word.casefold())
    bare = "".join(c for c in apart if unicodedata.category(c) != "Mn")
    return bare.replace("ة", "\N{ARABIC LETTER HEH}").replace("ى", "ي").replace("ـ", "")


@cache
def _numbers() -> dict[str, int]:
    return {
        _plain(word): number
        for language in reversed(WORDS)
        for number, word in enumerate(WORDS[language])
    }


def number_of(word: str) -> int | None:
    """The number a word stands for, in whichever language; None when no code has it."""
    return _numbers().get(_plain(word))
