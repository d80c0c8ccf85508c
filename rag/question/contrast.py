"""A fragment that takes the place of its like in the question before: "And the walnut one?".

English, and the plainest forms of others: "Und die Miete?", "Et en 2022 ?", "2022年呢？".
"""

from __future__ import annotations

import re

from rag import lazy_re
from rag.patterns.when import DATE, YEAR, moved
from rag.question import german_fragments
from rag.question.topic import RELATIONAL
from rag.text import stop_words

# "The walnut one", "for the second ones".
_ONE = lazy_re.compile(r"^(?:for\s+)?the\s+(?P<which>[\w-]+(?:\s+[\w-]+)?)\s+ones?$", re.IGNORECASE)
# "The oak board": what tells one of a kind, and the kind.
_THE = lazy_re.compile(r"\bthe\s+(?P<which>[\w-]+)(?=\s+(?P<noun>[\w-]+))", re.IGNORECASE)
# Whose it is: "Daniel's", "the Smiths'".
_OWNER = lazy_re.compile(
    r"\b(?!(?:Wh\w+|How|It|That|There|Here|Let)\b)"
    r"(?:(?:the|my|our)\s+)?[A-Z][\w-]*(?:\s+[A-Z][\w-]*)*['’]s?(?=\s)"
)
# A fragment that is nothing but an owner: "Lucy's".
_OWNS = lazy_re.compile(r"^[\w -]{2,40}['’]s?$")
# A fragment that begins with a preposition: "for the home".
_WITH_PREPOSITION = lazy_re.compile(
    r"^(?P<with>for|in|of|with|on|at|from|to|by)\s+\S", re.IGNORECASE
)
# When or where it is asked of, which stays: "How much did we spend on travel in May?", "on food?".
_STAYS = r"(?:in|on|at|during|since|until|before|after|by)\s+(?:the\s+)?(?-i:[A-Z0-9])"
# "section 4", "version 2.2", "plan B"; and the number alone.
_LABEL = lazy_re.compile(r"^(?:(?P<noun>[a-z]{3,})\s+)?(?P<label>\d[\w.]*|(?<=\s)[A-Z])$")
# "The year before", "in the following year".
_NEXT_YEAR = lazy_re.compile(
    r"^(?:in\s+|for\s+)?the\s+(?:(?:previous|prior|preceding|(?P<next>next|following))\s+year"
    r"|year\s+(?:before|earlier|(?P<later>after|later)))$",
    re.IGNORECASE,
)
# "In 2022 and 2023"; not "between 2022 and 2023".
_YEARS = lazy_re.compile(
    r"(?:(?:in|for|of|during)\s+)?(?<!\bbetween )(?P<years>(?<!\d)(?:19|20)\d\d"
    r"(?P<more>(?:\s*,\s*(?:19|20)\d\d)*,?\s+(?:and|or|und|oder)\s+(?:19|20)\d\d)?)(?!\d)",
    re.IGNORECASE,
)
# "How much is the rent", "What was the population of": what is asked, of what.
_SUBJECT = lazy_re.compile(
    r"^(?P<asks>\W*(?:(?P<who>who)|what|how\s+\w+|when|where)\s+(?:is|are|was|were)\s+"
    r"(?:the\s+(?P<owner>[\w-]+['’]s\s+)?)?)(?P<what>[\w-]+)"
    r"(?P<of>\s+of\b)?(?P<ends>\s*\?|(?=\s+(?:in|for|at|on|from|to|with|per|by|during)\b))?",
    re.IGNORECASE,
)
# "How much does the car insurance cost", "May I bring my dog": what does so, what is done with.
_DOES = lazy_re.compile(
    r"^\W*(?:what|when|where|how(?:\s+\w+)?)\s+(?:do|does|did)\s+(?P<what>[^?]+?)\s+(?:cost|last|take|run"
    r"|begin|start|end|open|close|weigh|expire|finish|charge|pay|earn|arrive|leave)\b",
    re.IGNORECASE,
)
_THERE_IS = lazy_re.compile(
    r"^(?P<asks>\W*(?:is|are|was|were)\s+there\s+)(?P<article>an?|any)\s+[\w-]+", re.IGNORECASE
)
_DETERMINER = r"(?:the|an?|my|our|any|another|two|three|four|five|\d+)"
_MAY = lazy_re.compile(
    r"^\W*(?:can|may|must|should|could|do|does)\s+(?:i|we|you|one|they)\s+[a-z]+\s+"
    rf"(?P<what>{_DETERMINER}\s+[\w-]+)",
    re.IGNORECASE,
)
_WHO_IS = lazy_re.compile(
    r"^\W*(?P<asks>(?i:who\s+(?:is|was)))\s+[A-Z][\w.-]*(?:\s+[A-Z][\w.-]*)*\W*$"
)
_THING = lazy_re.compile(rf"{_DETERMINER}\s+[\w-]+(?:\s+[\w-]+){{0,2}}(?:['’]s)?", re.IGNORECASE)
_ALLOWED = lazy_re.compile(r"^(?:is|are)\s+(?P<what>[a-z-]{3,})(?=\s+\w+ed\b)", re.IGNORECASE)
# At the time that was asked of; "what did he do then?" asks what came after.
_THEN = lazy_re.compile(
    r"(?<!\bdo)(?<!\bhappen)(?<!\bhappened)\s+"
    r"(?:(?:then|(?:in\s+)?(?:that|the\s+same)\s+year)(?=\W*$)"
    r"|(?P<german>damals|in\s+(?:dem|diesem|jenem|demselben)\s+jahr)\b)",
    re.IGNORECASE,
)
_AMOUNT = lazy_re.compile(
    r"^\W*(?P<also>(?:and|und|but|aber)\s+)?"
    r"(?:how\s+(?:much|many)|(?P<german>wie\s+(?:viele?|hoch)))\b",
    re.IGNORECASE,
)
# What asks of the past: "And how much is the fee?" does not.
_PAST = lazy_re.compile(
    r"\b(?:did|was|were|had)\b|^\W*(?:und|aber)\s(?!.*\b(?:ist|sind|kostet|kosten|gibt|beträgt)\b)",
    re.IGNORECASE,
)
# The same at another time, in other languages: "Und im Jahr 2022?", "¿Y en 2022?"
_IN_TIME = lazy_re.compile(
    r"^\W*(?:und|aber|et|y|e|en)\s+(?P<rest>(?:(?:in|im|en|nel|em|für|pour|para)\s+)?"
    rf"(?:(?:jahre?|l['’]année|el\s+año)\s+)?(?P<date>{DATE.pattern}))\s*\?*$",
    re.IGNORECASE,
)
# The same in Chinese: "那2022年呢？", "5月呢？"
_NE = lazy_re.compile(r"^\W*(?:那么?)?(?P<date>(?P<year>\d{4}年)?(?P<month>\d{1,2}月份?)?)呢\W*$")


def contrasted(before: str, rest: str) -> str:
    """The question `before` with `rest` in the place of what it stands against; "" if none.

    "How much is the oak board?" and "the walnut one": "How much is the walnut board?". So it is
    with owners ("Lucy's" for "Daniel's") and with what a preposition adds ("for the home").
    """
    if one := _ONE.match(rest):
        for said in _THE.finditer(before):
            if said["noun"].lower() not in stop_words("en"):
                return before[: said.start("which")] + one["which"] + before[said.end("which") :]
        return ""
    if prepositional := _WITH_PREPOSITION.match(rest):
        same = rf"^.*\b(?P<own>{prepositional['with']}\s+[^?]+?)(?=\s+{_STAYS}|\?|$)"
        own = re.match(same, before, re.IGNORECASE)
        return f"{before[: own.start('own')]}{rest}{before[own.end('own') :]}" if own else ""
    if other := _numbered(before, rest) or _with_subject(before, rest):
        return other
    owner = _OWNER.search(before) if _OWNS.match(rest) else None
    return f"{before[: owner.start()]}{rest}{before[owner.end() :]}" if owner else ""


def of_years(before: str, rest: str) -> str:
    """ "And in 2023?" after "in 2021 and 2022", "And in 2022 and 2023?" after "in 2021"; or "".

    Not where there is one year on either side.
    """
    told, asked = _YEARS.fullmatch(rest), [*_YEARS.finditer(before)]
    if not told or len(asked) != 1 or not (told["more"] or asked[0]["more"]):
        return ""
    start, end = asked[0].span("years")
    return f"{before[:start]}{told['years']}{before[end:]}"


def of_next_year(before: str, rest: str) -> str:
    """ "the year before" after "the revenue in 2023": that in 2022; or ""."""
    told, years = _NEXT_YEAR.match(rest), YEAR.findall(before)
    if not told or not years:
        return ""
    step = 1 if told["next"] or told["later"] else -1
    return moved(before, str(int(years[-1]) + step)) or ""


def _numbered(before: str, rest: str) -> str:
    """ "section 4" in the place of "section 3", "2.2" in that of "2.1"; or ""."""
    label = _LABEL.match(rest)
    if not label:
        return ""
    parts = r"(?:\.\d+)+" if "." in rest else r"(?!\.\d)"
    like = r"[A-Z]" if label["label"].isalpha() else rf"\d+{parts}"
    noun = rf"\b{label['noun']}\s+" if label["noun"] else r"(?<![\w.])"
    found = [*re.finditer(rf"{noun}(?-i:{like})(?!\w)", before, re.IGNORECASE)]
    if not found or not (label["noun"] or "." in rest):
        return ""
    return f"{before[: found[-1].start()]}{rest}{before[found[-1].end() :]}"


def _with_subject(before: str, rest: str) -> str:
    """ "How much is the rent?", "the deposit": "How much is the deposit?", and "Are pets allowed?"
    after "Is smoking allowed?"; or "". Whose it is stays, where it may have that as well."""
    if (who := _WHO_IS.match(before)) and re.match(r"the\s", rest, re.IGNORECASE):
        return f"{who['asks']} {rest}?"
    subject, the = _SUBJECT.match(before), re.fullmatch(r"the\s+([\w-]+)", rest, re.IGNORECASE)
    if subject and (put := _put(subject, rest, the[1] if the else "")):
        return f"{put}{before[subject.end('what') :]}"
    if (there := _THERE_IS.match(before)) and (
        noun := re.fullmatch(r"(?:the|an?|any)\s+(.+)", rest)
    ):
        return f"{_there_is(there, rest, noun[1])} {noun[1]}{before[there.end() :]}"
    does = (_DOES.match(before) or _MAY.match(before)) if _THING.fullmatch(rest) else None
    if does:
        kind = does["what"].split()[-1] if rest.endswith(("'s", "’s")) else ""
        put = f"{rest} {kind}".strip()  # "the dog's insurance", after "car insurance"
        return f"{before[: does.start('what')]}{put}{before[does.end('what') :]}"
    allowed = _ALLOWED.match(before)
    if not allowed or not re.fullmatch(r"[a-z-]{3,}", rest):
        return ""
    verb = "Are" if re.search(r"[^s]s$", rest) else "Is"
    return f"{verb} {rest}{before[allowed.end() :]}"


def _there_is(there: re.Match[str], rest: str, noun: str) -> str:
    """ "Are there any", before "fees"; "Is there a", before "fee"."""
    many = re.search(r"[^s]s$", noun) is not None
    past = re.search(r"\bw(?:as|ere)\b", there["asks"], re.IGNORECASE) is not None
    verb = ("Were" if past else "Are") if many else ("Was" if past else "Is")
    any_ = (
        many or rest.startswith("any ") or (rest.startswith("the ") and there["article"] == "any")
    )
    article = "any" if any_ else "an" if noun[0].lower() in "aeiou" else "a"
    return f"{verb} there {article}"


def _put(subject: re.Match[str], rest: str, noun: str) -> str:
    """A question up to its subject, which is `rest` now, a `noun` with its article if it is no
    more; "" where it can't be."""
    asks = subject["asks"]
    if subject["owner"]:  # "What was the bakery's turnover": the profit, or the café's
        if noun.lower() in RELATIONAL:
            return asks + noun
        return f"{asks[: -len(subject['owner'])]}{noun}'s {subject['what']}" if noun else ""
    known = noun.lower() in RELATIONAL
    if not asks.lower().endswith("the "):  # "How much is membership for a student?"
        fits = noun and subject["ends"] is not None and subject["what"].islower()
        return asks + rest if fits else ""
    if subject["of"] and not known and not subject["who"]:
        return ""
    whole = subject["of"] or subject["ends"] is not None
    if known and not whole:  # "When was the cost built?"
        return ""
    other = noun or (rest[4:] if whole and re.fullmatch(r"the\s+[\w-]+\s+[\w-]+", rest) else "")
    return asks + other if other else ""


def at_that_time(question: str, before: str) -> str:
    """ "How much did it spend then?" in the year of the question `before`, and so "And how much did
    it spend?" where that asks for an amount, too; else as it is."""
    years = YEAR.findall(before)
    if not years or YEAR.search(question):
        return question
    if then := _THEN.search(question):
        when = f" {'im Jahr' if then['german'] else 'in'} {years[-1]}"
        return f"{question[: then.start()]}{when}{question[then.end() :]}"
    asked, also = _AMOUNT.match(before), _AMOUNT.match(question)
    if not (asked and also and also["also"]) or not _PAST.search(question):
        return question
    if also["german"]:
        return german_fragments.at_the_end(question, f"im Jahr {years[-1]}")
    return f"{question.rstrip(' ?.!')} in {years[-1]}?"


def in_other_languages(question: str, before: str) -> str:
    """The question `before` at the time of `question`, or in German about the thing of it; ""
    where it is neither: "Und im April?", "¿Y en 2022?", "2022年呢？", "Und die Miete?"."""
    if (ne := _NE.match(question)) and ne["date"]:
        pattern = r"\d{4}年" * bool(ne["year"]) + r"(?:\d{1,2}月份?)" * bool(ne["month"])
        return re.sub(pattern, ne["date"], before, count=1) if re.search(pattern, before) else ""
    if time := _IN_TIME.match(question):
        german = re.match(r"\W*(?:und|aber)\s", question, re.IGNORECASE)
        put = f"{before.rstrip(' ?')} {time['rest']}?"
        return (
            of_years(before, time["date"])
            or moved(before, time["date"])
            or (german_fragments.at_the_end(before, time["rest"]) if german else put)
        )
    return german_fragments.put_in(question, before)
