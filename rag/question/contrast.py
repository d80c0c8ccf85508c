"""A fragment that takes the place of its like in the question before: "And the walnut one?".

English, and the plainest forms of others: "Und die Miete?", "Et en 2022 ?", "2022年呢？".
"""

from __future__ import annotations

import re

from rag import lazy_re
from rag.patterns.when import DATE, YEAR, moved
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
# The same at another time, in other languages: "Und im Jahr 2022?", "¿Y en 2022?"
_IN_TIME = lazy_re.compile(
    r"^\W*(?:und|aber|et|y|e|en)\s+(?P<rest>(?:(?:in|im|en|nel|em|für|pour|para)\s+)?"
    rf"(?:(?:jahre?|l['’]année|el\s+año)\s+)?(?P<date>{DATE.pattern}))\s*\?*$",
    re.IGNORECASE,
)
# The same in Chinese: "那2022年呢？", "5月呢？"
_NE = lazy_re.compile(r"^\W*(?:那么?)?(?P<date>(?P<year>\d{4}年)?(?P<month>\d{1,2}月份?)?)呢\W*$")
_GERMAN = r"(?:im|in|am|an|auf|für|bei|mit|von|vom|zum|zur|nach|seit|bis)"
# A German fragment: "Und die Miete?", "Aber was ist mit Haustieren?"
_UND = lazy_re.compile(
    r"^\W*(?:und\s+|aber\s+|(?P<corrects>(?:nein\W+)?ich\s+(?:meinte|meine)\s+|nein\W+))"
    r"(?:was ist mit\s+)?(?P<rest>[^?]{2,60}?)[\s?.!]*$",
    re.IGNORECASE,
)
_ARTICLE = r"(?:der|die|das|den|dem|des|ein|eine|einen|einem|einer)\s+"
_NOUN = r"[A-ZÄÖÜ][\w-]+"
_WITH_ARTICLE = lazy_re.compile(rf"\b{_ARTICLE}{_NOUN}")
_KIND = lazy_re.compile(rf"(?P<article>{_ARTICLE})(?P<kind>[a-zäöüß]\w+)")
_OF_A_KIND = lazy_re.compile(rf"\b{_ARTICLE}(?:[a-zäöüß]\w+\s+)?(?={_NOUN})")
_WITH_GERMAN = lazy_re.compile(
    rf"(?i:{_GERMAN})\s+(?:[a-zäöüß]\w*\s+){{0,2}}[A-ZÄÖÜ\d][\w.-]*(?:\s+[A-ZÄÖÜ][\w-]*)?"
)
_VERBS_LAST = lazy_re.compile(
    r"(?:\s+[a-zäöüß]+(?=\s+(?:werden|worden|haben|sein|können)\b))?"
    r"\s+[a-zäöüß]+(?:t|en|an|aus|ab|auf)$"
)
_BARE_NOUN = lazy_re.compile(rf"(?<=[a-zäöüß]\s){_NOUN}")
_AT_THE_END = lazy_re.compile(rf"\b{_NOUN}(?=\W*$)")


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
        article = there["article"] if there["article"] == "any" else "a"
        if article == "a" and noun[1][0].lower() in "aeiou":
            article = "an"
        return f"{there['asks']}{article} {noun[1]}{before[there.end() :]}"
    does = (_DOES.match(before) or _MAY.match(before)) if _THING.fullmatch(rest) else None
    if does:
        kind = does["what"].split()[-1] if rest.endswith(("'s", "’s")) else ""
        put = f"{rest} {kind}".strip()  # "the dog's insurance", after "car insurance"
        return f"{before[: does.start('what')]}{put}{before[does.end('what') :]}"
    allowed = _ALLOWED.match(before)
    if not allowed or not re.fullmatch(r"[a-z-]{3,}", rest):
        return ""
    verb = "Are" if rest.endswith("s") else "Is"
    return f"{verb} {rest}{before[allowed.end() :]}"


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
    if not (asked and also and also["also"]):
        return question
    if also["german"]:
        return _put_in_german(question, f"im Jahr {years[-1]}")
    return f"{question.rstrip(' ?.!')} in {years[-1]}?"


def in_other_languages(question: str, before: str) -> str:
    """The question `before` at the time of `question`, or in German about the thing of it; ""
    where it is neither: "Und im April?", "¿Y en 2022?", "2022年呢？", "Und die Miete?"."""
    if (ne := _NE.match(question)) and ne["date"]:
        pattern = r"\d{4}年" * bool(ne["year"]) + r"(?:\d{1,2}月份?)" * bool(ne["month"])
        return re.sub(pattern, ne["date"], before, count=1) if re.search(pattern, before) else ""
    if time := _IN_TIME.match(question):
        put = f"{before.rstrip(' ?')} {time['rest']}?"
        return moved(before, time["date"]) or put
    return _in_german(question, before)


def _in_german(question: str, before: str) -> str:
    """ "Und die Miete?" after "Wie hoch ist die Kaution?": "Wie hoch ist die Miete?"; or ""."""
    found = _UND.match(question)
    rest = found["rest"] if found else ""
    if there := re.match(rf"({_GERMAN})\s+[^\s]", rest, re.IGNORECASE):
        named = r"(?:[a-zäöüß]\w*\s+)?[A-ZÄÖÜ\d][\w-]*"
        same = [*re.finditer(rf"\b(?i:{there[1]})\s+{named}", before)]
        if same:
            return f"{before[: same[-1].start()]}{rest}{before[same[-1].end() :]}"
        return _put_in_german(before, rest) if _WITH_GERMAN.fullmatch(rest) else ""
    if _WITH_ARTICLE.fullmatch(rest):
        alike = [*_WITH_ARTICLE.finditer(before)]
        if found and found["corrects"] and alike and not alike[-1][0].lower().startswith("den "):
            rest = re.sub(r"^den\s", "der ", rest)  # "ich meinte den Keller"
    elif _KIND.fullmatch(rest):
        alike, rest = [*_OF_A_KIND.finditer(before)], f"{rest} "
    elif re.fullmatch(_NOUN, rest):
        alike = [*_AT_THE_END.finditer(before)] or [*_BARE_NOUN.finditer(before)]
    else:
        alike = []
    return f"{before[: alike[-1].start()]}{rest}{before[alike[-1].end() :]}" if alike else ""


def _put_in_german(before: str, rest: str) -> str:
    """`rest` at the end of the question `before`, but for the verbs that come last."""
    told = before.rstrip(" ?")
    verbs = _VERBS_LAST.search(told)
    at = verbs.start() if verbs else len(told)
    return f"{told[:at]} {rest}{told[at:]}?"
