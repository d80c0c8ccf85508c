import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag import text


def split(written: str) -> list[str]:
    return [written[a:b] for a, b in text.sentences(written)]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("He left. She stayed.", ["He left.", "She stayed."]),
        ("Dr. Smith met J. R. Tolkien in the U.S. in 1999. It rained.",
         ["Dr. Smith met J. R. Tolkien in the U.S. in 1999.", "It rained."]),
        ("It finds a bad .Z file. Use a .tar.Z or v1.Duration. The ?LAST name ends it.",
         ["It finds a bad .Z file.", "Use a .tar.Z or v1.Duration.", "The ?LAST name ends it."]),
        ("He left in 1998.The others met A.Then I went home.I slept.",
         ["He left in 1998.", "The others met A.", "Then I went home.", "I slept."]),
        ("He left at 10.30.Then he came. See main.py.It runs. Is it so ?Yes it is.",
         ["He left at 10.30.", "Then he came.", "See main.py.", "It runs.", "Is it so ?",
          "Yes it is."]),
        ("It has 6.5 layers, e.g. two. Yes.", ["It has 6.5 layers, e.g. two.", "Yes."]),
        ("Intro:\n- one. It has.\n- two", ["Intro:", "- one.", "It has.", "- two"]),
        ("| a | b |\n| c | d |", ["| a | b |", "| c | d |"]),
        ("Costs | 5 | 6\nOf these:\nRent | 3 | 4", ["Costs | 5 | 6", "Of these:", "Rent | 3 | 4"]),
        ("Lind AG\nz. Hd. Frau Lind\n10115 Berlin", ["Lind AG\nz. Hd. Frau Lind\n10115 Berlin"]),
        ("Erster Absatz\n\nZweiter", ["Erster Absatz", "Zweiter"]),
        ("Am 3. Oktober 1990 war die Einheit. Das ist gut.",
         ["Am 3. Oktober 1990 war die Einheit.", "Das ist gut."]),
        ("Die Burg entstand im 12. Jahrhundert. Sie war die erste.",
         ["Die Burg entstand im 12. Jahrhundert.", "Sie war die erste."]),
        ("Er kam auf Platz 3. Danach war der 2. Weltkrieg.",
         ["Er kam auf Platz 3.", "Danach war der 2. Weltkrieg."]),
        ("Frau Lang hilft Ihnen, Zi. 312, Tel. 0821 500-2143. Die Post kommt zu uns.",
         ["Frau Lang hilft Ihnen, Zi. 312, Tel. 0821 500-2143.", "Die Post kommt zu uns."]),
        ("Die Miete inkl. Garage, zzgl. Strom der Fa. Lang, nach § 35 Abs. 3. Max. Er kommt.",
         ["Die Miete inkl. Garage, zzgl. Strom der Fa. Lang, nach § 35 Abs. 3.", "Max.",
          "Er kommt."]),
        ("Kuchen für das Fest: Sa. Anke Ries, So. Karin Stolz. Grill: Sa. Bernd Kolb.",
         ["Kuchen für das Fest: Sa. Anke Ries, So. Karin Stolz.", "Grill: Sa. Bernd Kolb."]),
        ("Stationärer Aufenthalt 3. Februar bis 9. Februar 2024",
         ["Stationärer Aufenthalt 3. Februar bis 9. Februar 2024"]),
        ("Höchstens 3 Pers. je Zi. und Tag sind es. Es dauert 3 Std. Danach ist Schluss.",
         ["Höchstens 3 Pers. je Zi. und Tag sind es.", "Es dauert 3 Std. Danach ist Schluss."]),
        ("It is in the Settings Tab. 2 options appear. Send it by Fax. 3 days later it came.",
         ["It is in the Settings Tab.", "2 options appear.", "Send it by Fax.",
          "3 days later it came."]),
        ("Tab. 2 is below. Tel. 12 34, Fax. 56 78", ["Tab. 2 is below.", "Tel. 12 34, Fax. 56 78"]),
        ("根据本合同\n第三条规定，乙方应付款。", ["根据本合同\n第三条规定，乙方应付款。"]),
        ("请在\n第一节课前到校。", ["请在\n第一节课前到校。"]),
        ("本規約の\n第3条の規定により退会できる。", ["本規約の\n第3条の規定により退会できる。"]),
        ("第一章 总则\n第一条 甲方出租房屋\n第二条（租金）每月付",
         ["第一章 总则", "第一条 甲方出租房屋", "第二条（租金）每月付"]),
        ("We met at the fair and the Sat. Then it was over.",
         ["We met at the fair and the Sat.", "Then it was over."]),
        ("我是中国人。你好吗？是的！", ["我是中国人。", "你好吗？", "是的！"]),
        ("收入是五万元。2023年的收入是七万元！ 5月呢？（见附件。）12人。",
         ["收入是五万元。", "2023年的收入是七万元！", "5月呢？", "（见附件。）", "12人。"]),
        ("2022年は5万円。2023年は7万円だった。", ["2022年は5万円。", "2023年は7万円だった。"]),
        ("Es waren 80 Franken. 2023 betrug er 95 Franken.",
         ["Es waren 80 Franken.", "2023 betrug er 95 Franken."]),
        ("Boat: Ada II\nSkipper: Jo Lind. He is old.\nCrew: Mo,\nand Li\nPort: Brennau",
         ["Boat: Ada II", "Skipper: Jo Lind.", "He is old.", "Crew: Mo,\nand Li", "Port: Brennau"]),
        ("Bird House\nDr Lind, Surgeon\nDate: 3 May\nRef: 12\nDear Jo,",
         ["Bird House\nDr Lind, Surgeon", "Date: 3 May", "Ref: 12\nDear Jo,"]),
        ("船：阿达\n船长：王芳", ["船：阿达", "船长：王芳"]),
        ("The harbour has two\nQuays: the old one and\nthe new one.",
         ["The harbour has two\nQuays: the old one and\nthe new one."]),
        ("Price: 5 | 6\nSize: 3 | 4\nPort: Brennau\nDay: Monday",
         ["Price: 5 | 6", "Size: 3 | 4", "Port: Brennau", "Day: Monday"]),
        ("Pos. | Goods | Price, incl. tax\n1 | Rope, incl. hook. New. | 4.50",
         ["Pos. | Goods | Price, incl. tax", "1 | Rope, incl. hook. New. | 4.50"]),
        ("Votre chef sera M. Roux. Écrivez à M. et Mme. Petit, au no. 5 de la rue.",
         ["Votre chef sera M. Roux.", "Écrivez à M. et Mme. Petit, au no. 5 de la rue."]),
        ("El contrato lo firman D. Luis Ortega y Dña. Marta. La Srta. Gil no.",
         ["El contrato lo firman D. Luis Ortega y Dña. Marta.", "La Srta. Gil no."]),
        ("Take vitamin D. Then rest.", ["Take vitamin D.", "Then rest."]),
        ("He was named after John King Sr. He was born in 1920.",
         ["He was named after John King Sr.", "He was born in 1920."]),
        ("Our house is on Elm Dr. The garden is small.",
         ["Our house is on Elm Dr.", "The garden is small."]),
        ("El Sr. Vidal y el Dr. Gil llegan. La Dra. Sanz no.",
         ["El Sr. Vidal y el Dr. Gil llegan.", "La Dra. Sanz no."]),
        ("每本每天收费０．２元。借期三十天。", ["每本每天收费０．２元。", "借期三十天。"]),
        ("", []),
        (" \n\n ", []),
    ],
)  # fmt: skip
def test_sentences(written: str, expected: list[str]) -> None:
    assert split(written) == expected


@given(st.text(alphabet=st.sampled_from("aB3 .!?\n-|*。，中\"'()é\t"), max_size=300))
def test_sentences_cover_all_that_is_not_white_space_in_order(written: str) -> None:
    spans = text.sentences(written)
    assert all(a < b for a, b in spans)
    assert all(one[1] <= other[0] for one, other in itertools.pairwise(spans))
    outside, position = "", 0
    for start, end in spans:
        outside += written[position:start]
        position = end
        assert written[start:end] == written[start:end].strip()
    assert not (outside + written[position:]).strip()


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("Where was the treaty signed?", "en"),
        ("Wer war der Führer der Normannen?", "de"),
        ("Quelle est la capitale de la France ?", "fr"),
        ("¿Quién fue el rey de los godos?", "es"),
        ("诺曼人在哪个国家？", "zh"),
        ("ノルマン人はどこの国にいましたか", "ja"),
        ("من كان قائد النورمان؟", "ar"),
        ("Кто был вождём норманнов?", "ru"),
        ("xyzzy", "en"),
        ("", "en"),
    ],
)
def test_language(written: str, code: str) -> None:
    assert text.language(written) == code


def test_terms_are_stemmed_by_language_and_have_no_stop_words() -> None:
    assert text.terms("What did the Normans' soldiers gain?") == ["norman", "soldier", "gain"]
    assert text.terms("Wer war der Führer der Normannen?") == ["fuhr", "normann"]


def test_terms_of_unspaced_scripts_are_pairs_of_characters() -> None:
    assert text.terms("诺曼人") == ["诺曼", "曼人"]
    assert text.terms("GPT模型") == ["gpt", "模型"]


def test_a_question_of_stop_words_alone_still_has_terms() -> None:
    assert text.terms("Who is it?")


def test_numbers_agree_across_ways_of_writing() -> None:
    assert text.numbers("1,000 men, 6.5 % in 1066.") == {"1000", "6.5", "1066"}
    assert text.terms("1,000") == text.terms("1000")


def test_figures_above_others_are_numbers_of_their_own() -> None:
    assert text.numbers("10⁶ cells in 2019³, after 3½ hours") == {"10", "6", "2019", "3", "1", "2"}
    assert text.words("2019³ on 5 m²") == ["2019", "3", "on", "5", "m2"]


def test_the_mark_of_a_note_opens_no_sentence() -> None:
    written = "The plant grew.³ The next one died.¹²,¹⁴ It rained.\n\n¹ Not in May."
    spans = text.sentences(written)
    assert split("It is called “The Plant.” ²\n\nNext") == ["It is called “The Plant.”", "Next"]
    assert [written[a:b] for a, b in spans] == [
        "The plant grew.", "The next one died.", "It rained.", "Not in May.",
    ]  # fmt: skip


def test_apostrophes_are_one_however_they_are_written() -> None:
    assert text.words("It doesn’t fit Ada’s l’eau.") == text.words("It doesn't fit Ada's l'eau.")
    assert text.words("Ada’s")[0] == "ada"


def test_query_terms_are_stemmed_in_the_languages_of_the_collection_too() -> None:
    found = text.query_terms("Normannen", ["de"])
    assert "normann" in found
    assert len(found) == len(set(found))


def test_names_are_capitalised_words_inside_sentences() -> None:
    assert text.names("The king met Rollo in Paris. Then DeepSeek came.") == {
        "rollo", "paris", "deepseek",
    }  # fmt: skip


@given(st.text(max_size=200))
def test_word_functions_take_any_text(written: str) -> None:
    assert set(text.query_terms(written)) <= set(text.terms(written)) | set(text.words(written))
    text.content_words(written)
    text.names(written)
    assert all(number[0].isdigit() for number in text.numbers(written))


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("In the U.S., 1,000 well-known people (so-called) were there.", 9),
        ("诺曼人的城堡叫什么名字？在 2000 年以前", 10),
        ("— x", 2),
        ("", 0),
    ],
)
def test_length_counts_two_characters_of_unspaced_scripts_as_a_word(
    written: str, words: int
) -> None:
    assert text.length(written) == words


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ("Wen ernannte der König zum Großkanzler?", "de"),
        ("In welchem Jahr kehrte er zurück?", "de"),
        ("Name a common autoimmune disease.", "en"),
        ("When did he die?", "en"),
        ("¿Cuántos habitantes tiene?", "es"),
        ("Sind Überschwemmungen mitversichert?", "de"),
        ("Darf ich untervermieten?", "de"),
        ("L'inscription se fait auprès de M. Roux avant le 15 janvier.", "fr"),
        ("Combien ai-je dépensé en courses en mars ?", "fr"),
        ("Ou se trouve la cave ?", "fr"),
        ("Numéro de téléphone de Karim", "fr"),
        ("Hasta cuando puedo pagar?", "es"),
        ("¿Cuál es el precio de la entrada?", "es"),
        ("A che ora si apre l'assemblea?", "it"),
        ("Quanto costa il parcheggio?", "it"),
        ("Quant'è l'affitto?", "it"),
        ("L’ufficio apre alle 9", "it"),
        ("A che ora apre l'ufficio?", "it"),
        ("Size L hoodies", "en"),
        ("J. K. Rowling books", "en"),
        ("Samuel L. Jackson films", "en"),
        ("L'Oréal revenue 2023", "en"),
        ("L'abonnement est cher", "fr"),
        ("J'ai payé", "fr"),
        ("Quanti libri si possono prendere in prestito?", "it"),
        ("Quantos livros posso levar da biblioteca?", "pt"),
    ],
)
def test_short_questions_tell_their_language(question: str, code: str) -> None:
    assert text.language(question) == code


@pytest.mark.parametrize(
    ("question", "terms"),
    [
        ("停车费是多少？", ["停车", "车费"]),
        ("请问什么时候送货？", ["送货"]),
        ("E3是什么意思？", ["e3"]),
        ("物业费由谁承担？", ["物业", "业费", "承担"]),
        ("À quelle heure est mon rendez-vous ?", ["rend"]),
        ("谁？", ["谁"]),  # nothing else is left
        ("茶几多少钱？", ["茶几"]),
        ("几内亚的首都？", ["几内", "内亚", "亚的", "的首", "首都"]),
        ("有很多大学？", ["有很", "很多", "多大", "大学"]),
        ("房间多大？", ["房间"]),
    ],
)
def test_what_asks_is_no_term_of_a_question(question: str, terms: list[str]) -> None:
    assert text.query_terms(question) == terms


def test_stop_words_of_a_question_are_none_in_other_languages() -> None:
    assert text.query_terms("What does E7 mean?", ["de", "en"]) == ["e7", "mean"]
    assert "haus" in text.query_terms("Was ist das Haus?", ["en"])


@pytest.mark.parametrize(
    "written",
    [
        "The U.S. don't sell 1,000 or 12,34 of Ada's 3.5-inch (B2) disks in 2019; it's i.e. 1,2.",
        "a.b.c. x.y 1.000,5 'tis O'Neill's rock'n'roll _snake_case_ 3rd 7's s's 1.\n\x0b--",
        "",
        "...",
    ],
)
def test_a_letter_that_is_not_ascii_changes_nothing_of_the_other_words(written: str) -> None:
    assert text.words(f"{written} ô") == [*text.words(written), "ô"]
    assert text.length(f"{written} 水水") == text.length(written) + 1
    assert text.language(f"{written} ô") == text.language(written)
