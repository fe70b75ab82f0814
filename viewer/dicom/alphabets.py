"""Letters of the languages that names are written in: which of them stand together in one word."""

import unicodedata

# The letters beside a to z of each language's own words, lower case.
_LATIN = (
    "äöüß", "àâçéèêëîïôùûüÿœæ", "áéíóúüñ", "àçèéíïòóúü·", "áâãàçéêíóôõúü", "àèéìîòóùú", "áéëïíóöüèêçĳ", "åäöéàü",
    "æøåéöüä", "áéðíóúýþæö", "ąćęłńóśźż", "áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "áéíóöőúüű", "čćđšžé", "ăâîșşțţ",
    "çğıiöşüâîû", "çəğıöşüä", "äõöüšž", "āčēģīķļņšūžõ", "ąčęėįšųūž", "çë", "áéíóú", "àèìòù", "âêîôûŵŷ", "ċġħż",
    "āáǎàēéěèīíǐìōóǒòūúǔùüǘǚǜńň", "āīūḥṣṭḍẓʿʾ", "āēīōū",
)  # fmt: skip
_CYRILLIC = (
    "абвгдежзийклмнопрстуфхцчшщъыьэюяё", "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя", "абвгдеёжзійклмнопрстуўфхцчшыьэюя",
    "абвгдђежзијклљмнњопрстћуфхцчџш", "абвгдѓежзѕијклљмнњопрстќуфхцчџш",
)  # fmt: skip
_LANGUAGES = tuple(frozenset(letters) for letters in (*_LATIN, *_CYRILLIC))
_VIETNAMESE = frozenset("ăâđêôơưàáãèéìíòóõùúýĩũ") | {chr(code) for code in range(0x1EA0, 0x1EFA)}
_VOWELS = {
    "LATIN": frozenset("aeiouyæøœı"),
    "CYRILLIC": frozenset("аеёиоуыэюяіїєўӣ"),
    "GREEK": frozenset("αεηιουω"),
}
# Signs that family names of China, Japan and Korea begin with or consist of.
_CHINESE = frozenset(
    "王李张張刘劉陈陳杨楊赵趙黄黃周吴吳徐孙孫胡朱高林何郭马馬罗羅梁宋郑鄭谢謝韩韓唐冯馮于董萧蕭程曹袁邓鄧许許傅沈曾彭吕呂苏蘇卢盧蒋蔣蔡贾賈丁魏薛叶葉阎"
    "余潘杜戴夏钟鍾汪田任姜范方石姚谭譚廖邹鄒熊金陆陸郝孔白崔康毛邱秦江史顾顧侯邵孟龙龍万萬段钱錢汤湯尹黎易常武乔喬贺賀赖賴龚龔文欧歐"
)
_JAPANESE = frozenset(
    "佐藤鈴木高橋田中伊渡辺山本村小林加吉野井上松清口斎崎森池阿部石川前岡長谷後近坂遠青福西三太原岩金竹内藤島古宮千今増和桜"
)
_KOREAN = frozenset(
    "김이박최정강조윤장임한오서신권황안송류전홍고문양손배백허유남심노하곽성차주우구라민진지엄채원천방공현함변염여추도소석선설마길연위표명기반왕금옥육인맹제모탁국어은편용"
)
_ARABIC = frozenset("ابتثجحخدذرزسشصضطظعغفقكلمنهويىةأإؤئپچگک")
_THAI_VOWELS = frozenset("ะาำเแโใไอ") | {chr(code) for code in range(0x0E31, 0x0E3B)}
_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyz")


def script(letter: str) -> str:
    """The writing of a letter: LATIN, CYRILLIC, CJK, HANGUL, HIRAGANA...; "" for what Unicode does not name."""
    return unicodedata.name(letter, "").split(" ")[0].split("-")[0]


def one_language(letters: str) -> bool:
    """Some language has all letters of this Latin or Cyrillic word."""
    foreign = frozenset(letters.casefold().replace("i̇", "i")) - _PLAIN
    return foreign <= _VIETNAMESE or any(foreign <= language for language in _LANGUAGES)


def vowel_share(word: str, writing: str) -> float | None:
    """The share of vowels among a word's letters, 0 to 1; None in a writing that does not show them."""
    vowels = _VOWELS.get(writing)
    if vowels is None:
        return None
    bare = [char for char in unicodedata.normalize("NFD", word.casefold()) if char.isalpha()]
    return sum(char in vowels for char in bare) / len(bare)


def family_sign(name: str, writing: str) -> bool:
    """A name of East Asian signs begins as family names do there."""
    if writing == "HANGUL":
        return name[0] in _KOREAN
    return name[0] in _CHINESE or all(sign in _JAPANESE for sign in name[:2])


def usual_share(word: str, writing: str) -> float:
    """How usual a word looks in a writing without capitals, 0 to 1."""
    if writing == "THAI":
        return 1.0 if _THAI_VOWELS & set(word) else 0.0
    if writing == "ARABIC":
        return sum(char in _ARABIC for char in word) / len(word)
    return 0.5 if writing == "HALFWIDTH" else 1.0
