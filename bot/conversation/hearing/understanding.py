"""What a message means where the person stands: one table of rules, read from the top; the first that speaks decides.

How it works
============
A tap, a position and a picture mean what they are. Typed words go two steps:

1. *Finding* (`findings.Spoken`): what stands in the words – what they say across the flow, facts, a place, the value of
   the open question, the nearest entries. Nothing is decided there, and nothing is found twice.
2. *Deciding* (`RULES` below): each rule is a small function from what was said and what is on the screen to a meaning
   (`meaning.Understood`) or None. The table is asked from its top; the first rule that answers has the message. `when`
   says whether a rule is asked at any time, only while a question is open, or only while none is.

The turn keeps the name of the rule (`Turn.rule`); `dalil talk --explain` prints it with the rule's sentence from here.

Worked example: «شحال خاصني ديال الفلوس؟» while the turnover is asked. `no_words` … `nickname` say nothing, it is no
choice, no aside and no title. `office_of_a_place` finds no place. `question_back` sees that it opens as a question does
and is near an entry: the message is a question across the flow, it is answered, and the turnover is asked again.

What a maintainer must not break
================================
1. The order is the meaning. A new rule stands behind all that is more surely meant, and its sentence says why it stands
   before the next; a case inside another rule is the wrong place for it.
2. A rule that is not sure says nothing. What nobody takes is a question, and a question that fits nothing is told so.
3. Neither a question nor a supposition makes an answer, and a place inside a question never hides the question.
4. No fact is taken that was not surely said: a wrong fact costs its person money, asking again costs a tap.
5. What the whole message is (a number, a word across the flow, a label) is looked at before what stands in it.
6. Rules find nothing themselves that another needs too: that is a finding.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, assert_never

from bot.conversation.conversation import Conversation
from bot.conversation.hearing import (
    answering,
    choosing,
    free_questions,
    short_questions,
    supposing,
    wanted_checks,
    ways_to_offices,
)
from bot.conversation.hearing.findings import Situation, Spoken, screen
from bot.conversation.hearing.meaning import Answered, NotUnderstood, Outside, Understood
from bot.conversation.library import Library
from bot.conversation.phrases import NOT_READ
from bot.conversation.walk import Position
from bot.language.folding import part_read
from bot.message import Chose, Content, Located, Said, Sent, VoiceHeard


@dataclass(frozen=True, slots=True)
class Rule:
    """One way in which typed words may be meant."""

    #: What the words mean by it; None when it does not speak.
    meaning: Callable[[Spoken, Situation], Understood | None]
    #: When it speaks, and why it stands before the next.
    why: str
    when: Literal["always", "asked", "unasked"] = "always"

    @property
    def name(self) -> str:
        """Return the name by which it is told which rule took a message."""
        return self.meaning.__name__

    def is_asked(self, before: Situation) -> bool:
        """Return whether the rule has a say on this screen."""
        return self.when == "always" or (self.when == "asked") == (before.asked is not None)


RULES: Final = (
    Rule(choosing.amazigh, "It is written in Amazigh; first, since its letters are no words to the other rules."),
    Rule(
        choosing.door,
        "It ends with the name of a door, as a poster's code fills it in; before what reads words, for it is no word.",
    ),
    Rule(choosing.no_words, "Nothing but signs was sent; before all rules that look at words."),
    Rule(
        choosing.number_of_a_choice,
        "A number or an ordinal alone is a shown choice, unless a number answers the open question; before all words.",
    ),
    Rule(
        choosing.said_across,
        "The whole message is back, menu, thanks or the like; before labels, so that no label hides the way out.",
    ),
    Rule(
        choosing.label_of_a_choice,
        "The whole message is the label of a shown choice; before titles, since what is shown is meant.",
    ),
    Rule(
        choosing.region_to_be_told_of,
        "A place is named where the regions are listed whose stations may be told of; before its office.",
    ),
    Rule(
        choosing.title_of_a_flow,
        "The whole message is the title of a flow; before a nickname, so that the menu can be left by its names.",
    ),
    Rule(choosing.nickname, "A name for a new file was asked for; whatever is no choice and no way out is that name."),
    Rule(
        choosing.said_across_after_a_greeting,
        "Behind its greeting it is back, menu, thanks or the like; before anything inside it is read.",
    ),
    Rule(
        wanted_checks.check_of_few_words,
        "Which check is wanted stands above, and a word or two name it; before sayings, which would lead to the doors.",
        "unasked",
    ),
    Rule(
        choosing.said_in_many_words,
        "All its words ask for a person, plainer words, an aid by its name; before parts of labels, made of the same.",
    ),
    Rule(
        choosing.the_only_choice,
        "A yes or a no to the one thing that is offered; before the open question, since that stands above it.",
    ),
    Rule(
        choosing.part_of_a_label,
        "The whole message is words of one shown label; before what stands in it, since what is shown is meant.",
    ),
    Rule(
        short_questions.follow_up,
        "A question that names nothing is about what was last told; before the question, since alone it is like many.",
    ),
    Rule(
        supposing.change_of_a_fact,
        "An answer is to be changed and is named; before the question, which would explain what is named.",
    ),
    Rule(
        supposing.supposition,
        'A "what if" after a result; before the facts in it, since none of them is told in earnest.',
        "unasked",
    ),
    Rule(
        supposing.number_put_right,
        "Two numbers of which one is denied and known: the other replaces it; before the facts, since it names none.",
    ),
    Rule(
        ways_to_offices.office_instead,
        "The office just told of is denied, or far; before a correction, which would be of an answer.",
        "unasked",
    ),
    Rule(
        supposing.correction,
        "What was answered is put right after a result; before the facts in it, since it replaces one of them.",
        "unasked",
    ),
    Rule(
        supposing.denied_fact,
        "What was taken of its person is denied, and nothing else is told of it; behind what replaces it.",
    ),
    Rule(
        ways_to_offices.office_named,
        "An office is asked for by its name; before the office of a place, which would be that of the screen.",
    ),
    Rule(
        ways_to_offices.office_in_own_words,
        "Each word asks whom, where, by what number, or for what; before the office of a place, whatever the matter.",
    ),
    Rule(
        ways_to_offices.office_of_a_place,
        "A place is named alone, or in a question about an office; before the question, whose answer would be general.",
    ),
    Rule(
        free_questions.few_words,
        "A craft, a need or a product beside a place and nothing else; before who they are: it asks for no check.",
        "unasked",
    ),
    Rule(
        free_questions.sum_of_a_project,
        "The numbers of a project and how much; before the question, whose answer would be the rates in general.",
        "unasked",
    ),
    Rule(
        wanted_checks.right_to_an_aid,
        "Whether they have a right to an aid named or just told of is asked; before the question, which is general.",
        "unasked",
    ),
    Rule(
        free_questions.to_be_founded,
        "A legal form is wished for that is not there yet; before who they are, since that form is none of theirs.",
        "unasked",
    ),
    Rule(
        free_questions.who_and_what,
        "Two facts or more say who somebody is; before the question, since a right they ask for is found by a check.",
        "unasked",
    ),
    Rule(
        free_questions.who_alone,
        "The whole message is who somebody is, as 'cooperative'; before the question, which would explain the word.",
        "unasked",
    ),
    Rule(
        free_questions.fact_and_wish,
        "One fact and a wish that names a check, or a right; before the question; two facts need no wish.",
        "unasked",
    ),
    Rule(
        free_questions.sum_of_a_wish,
        "Something is to be bought for so much, and nothing is asked; before the question, which would lose the sum.",
        "unasked",
    ),
    Rule(
        free_questions.short_question_of_a_check,
        "A fact of one check and what is asked of it, by name of nothing; before the question, which is like many.",
        "unasked",
    ),
    Rule(
        wanted_checks.check_denied,
        "The aid whose check is open is denied, and answers nothing; before a question, which would be of that aid.",
    ),
    Rule(
        answering.number_for_a_choice,
        "A bare number where a choice is asked; before the question, since every question on sums is like it.",
        "asked",
    ),
    Rule(
        answering.none_of_it,
        "A no to a question of how much; before the question, since 'ma 3ndich' is like many of ours.",
        "asked",
    ),
    Rule(
        answering.questions_back,
        "It asks two things or more, one of them surely ours; before one question, since the others would be lost.",
        "asked",
    ),
    Rule(
        answering.answer_and_short_question,
        "It answers, and asks of the aid what names nothing; before the question, which would lose the answer.",
        "asked",
    ),
    Rule(
        answering.question_back,
        "Its first word or its sign is a question's; before the answers, since a question answers nothing.",
        "asked",
    ),
    Rule(
        answering.not_known,
        "It opens with not knowing, and goes on with little; before something else is read in what they do not know.",
        "asked",
    ),
    Rule(
        answering.something_else_asked,
        "It answers nothing, and asks or wants to know something inside; before the facts in it, which would hide it.",
        "asked",
    ),
    Rule(
        answering.early_supposition,
        'A "what if" before there is a result; before the answers, since it is not told in earnest.',
        "asked",
    ),
    Rule(
        answering.correction_of_another,
        "Other answers are put right; before the answers, since its no is none and a nameless sum would be lost.",
        "asked",
    ),
    Rule(
        answering.several_facts,
        "Two facts or more are told and nothing is asked; before one answer, since the others would be lost.",
        "asked",
    ),
    Rule(
        answering.amount_of_another,
        "The number stands beside another fact's words; before the answer, since it is no answer to the question.",
        "asked",
    ),
    Rule(
        answering.unclear_sum_of_another,
        "A sum beside another fact's words may be in dirhams or in centimes; before the answer, since it is none.",
        "asked",
    ),
    Rule(
        answering.place_answered,
        "A place answers the question; unless the message is surely a question of ours.",
        "asked",
    ),
    Rule(
        answering.number_of_today,
        "A number of today where one to come is asked; before the number is taken.",
        "asked",
    ),
    Rule(
        answering.number_answered,
        "A number answers the question, or is one of two; unless the message is surely a question of ours.",
        "asked",
    ),
    Rule(answering.option_answered, "An option's own words answer it; before another fact told too.", "asked"),
    Rule(answering.yes_or_no_answered, "A yes or a no answers it; before another fact told too.", "asked"),
    Rule(answering.another_fact, "It answers nothing and tells another fact; before nothing was read.", "asked"),
    Rule(
        answering.year_of_another,
        "It answers nothing and tells since when an enterprise is there; before it is said that nothing was read.",
        "asked",
    ),
    Rule(
        answering.yes_or_no_of_another,
        "It says yes or no to another question in its words; after facts, since its words are everyday ones.",
        "asked",
    ),
    Rule(
        answering.number_not_taken,
        "A number was read that cannot be taken as it is; before the question, since it was meant as an answer.",
        "asked",
    ),
    Rule(choosing.nearly_said, "Most of its words ask for a person and the like; before it is told to be unread."),
    Rule(
        answering.answer_not_read,
        "It is like no question of ours, or too short to be one; the open question stands, and nothing is guessed.",
        "asked",
    ),
    Rule(
        wanted_checks.what_they_want,
        "Which check is wanted stands above, and it names one; it asks nothing.",
        "unasked",
    ),
    Rule(
        free_questions.number_of_which_fact,
        "A time or a sum alone where nothing is asked; before it is said that it answers nothing: it may be kept.",
        "unasked",
    ),
    Rule(free_questions.answer_to_nothing, "A yes, a no or a number where nothing is asked.", "unasked"),
    Rule(
        free_questions.several_questions,
        "It asks two things or more, one of them surely ours; before one question, since the others would be lost.",
        "unasked",
    ),
    Rule(
        free_questions.one_of_each,
        "It asks two things or more, none surely; before one question, whose neighbours would hide the others.",
        "unasked",
    ),
    Rule(free_questions.question, "Whatever is left is a question in the person's own words."),
)  # fmt: skip

#: What is not typed is taken by what it is.
_NOT_TYPED: Final = {
    "tapped": "A choice was tapped: it means what its id says.",
    "located": "A position was sent: it is the place that is asked for, or where an office is wanted.",
    "sent": "Something was sent that cannot be read.",
}


@dataclass(frozen=True, slots=True)
class Taken:
    """What a message means, and the name of the rule that says so."""

    meaning: Understood
    rule: str


def understood(content: Content, here: Position, conversation: Conversation, library: Library, on: date) -> Taken:
    """Return what `content` means to someone who stands `here`, which only typed words ask."""
    match content:
        case Chose(choice):
            return Taken(choosing.chosen(choice, library), "tapped")
        case Located(lat, lon):
            place = library.gazetteer.at(lat, lon)
            return Taken(Answered(library.roles.place, place.id) if place else Outside(), "located")
        case Sent(kind):
            return Taken(NotUnderstood(NOT_READ[kind]), "sent")
        case VoiceHeard():
            # It is asked about before it counts: see `listening`.
            return Taken(NotUnderstood("voice_not_read"), "sent")
        case Said(text):
            before = screen(here.stop, conversation, library)
            return _decided(Spoken(part_read(text), before, library, on), before)
        case _:
            assert_never(content)


def _decided(spoken: Spoken, before: Situation) -> Taken:
    for rule in RULES:
        if rule.is_asked(before) and (meaning := rule.meaning(spoken, before)) is not None:
            return Taken(meaning, rule.name)
    raise AssertionError("the last rule always speaks")


def reason(rule: str) -> str:
    """Return the sentence that says when a rule speaks, by its name; empty for none of ours."""
    return next((one.why for one in RULES if one.name == rule), _NOT_TYPED.get(rule, ""))
