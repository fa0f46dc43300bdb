"""The guide's own sentences, by name. The words are the writers' (`flows/phrases.yaml`); every name here has them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from bot.message import Text, Unheard

#: Why a message led nowhere: the name of the guide's sentence that says so.
Miss = Literal[
    "empty",
    "not_readable",
    "photo_not_read",
    "sticker_not_read",
    "video_not_read",
    "document_not_read",
    "voice_not_read",
    "contact_not_read",
    "order_not_read",
    "form_not_read",
    "poll_not_read",
    "old_button",
    "choose_a_button",
    "nothing_fits",
    "did_you_mean",
    "place_outside",
    "place_unclear",
    "not_an_option",
    "not_a_number",
    "out_of_bounds",
    "not_exact",
    "not_yearly",
    "one_number",
    "share_of_unknown",
    "no_question_open",
    "nothing_to_compare",
    "nothing_to_change",
    "unknown_noted",
]


#: The sentence about each thing that a person can send and the guide does not read.
NOT_READ: Final[Mapping[str, Miss]] = {
    "other": "not_readable",
    "photo": "photo_not_read",
    "sticker": "sticker_not_read",
    "video": "video_not_read",
    "document": "document_not_read",
    "voice": "voice_not_read",
    "contact": "contact_not_read",
    "order": "order_not_read",
    "form": "form_not_read",
    "poll": "poll_not_read",
}


@dataclass(frozen=True, slots=True)
class Phrases:
    """One sentence for each thing the guide says by itself. Names in braces are filled in when it is said."""

    # First contact and ways on
    welcome: Text
    #: The same to who listens; and that they are told by ear, or in writing again, from now on.
    welcome_heard: Text
    listening_now: Text
    reading_now: Text
    #: At the end of a welcome, where messages cost more than was meant: `{address}`.
    web_instead: Text
    anything_else: Text
    goodbye: Text
    restarted: Text
    # Not read, not understood
    empty: Text
    too_long: Text
    number_hidden: Text
    answers_aged: Text
    my_data_known: Text
    my_data_none: Text
    my_data_kept: Text
    my_data_controller: Text
    my_data_nobody: Text
    my_data_export: Text
    my_data_erase: Text
    #: Of what is named below each is told by its name; of anything else, this.
    not_readable: Text
    photo_not_read: Text
    sticker_not_read: Text
    video_not_read: Text
    document_not_read: Text
    voice_not_read: Text
    contact_not_read: Text
    order_not_read: Text
    form_not_read: Text
    poll_not_read: Text
    our_fault: Text
    one_by_one: Text
    nothing_fits: Text
    none_of_these: Text
    none_of_these_then: Text
    ask_in_your_words: Text
    old_button: Text
    #: Above the rest of a list that a channel shows in parts.
    rest_of_list: Text
    is_it_there: Text
    place_kept: Text
    which_one: Text
    which_office: Text
    which_of_the_offices: Text
    none_known_there: Text
    content_changed: Text
    # Asides
    nothing_before: Text
    nothing_to_change: Text
    what_to_change: Text
    no_question_open: Text
    unknown_noted: Text
    language_set: Text
    in_french: Text
    handed_over: Text
    staff_will_see: Text
    guide_knows_too: Text
    left_person: Text
    back_from_person: Text
    #: To who has waited for a person for nearly a day.
    nobody_yet: Text
    forgotten: Text
    # Small talk
    greeting: Text
    thanks: Text
    insult: Text
    are_you_human: Text
    # To whoever does not get on
    upset: Text
    callback: Text
    amazigh: Text
    #: The same where some answers can be heard in it.
    amazigh_heard: Text
    #: The language in which somebody hears: which one; that it is `{language}` from now on, of which there is something
    #: recorded or nothing yet.
    hear_which: Text
    hear_set: Text
    hear_none: Text
    #: While a voice is heard; what was made of it: `{words}`; why nothing was.
    voice_waiting: Text
    voice_asked: Text
    voice_again: Text
    voice_long: Text
    voice_silent: Text
    voice_noise: Text
    voice_unclear: Text
    voice_not_sound: Text
    voice_large: Text
    voice_away: Text
    plainer_question: Text
    #: Of one scheme: `{scheme}`.
    plainer_eligible: Text
    plainer_perhaps: Text
    plainer_not_now: Text
    plainer_start: Text
    #: Where a person stood: `{flow}`; and what is known of them: `{what}`.
    stood_at: Text
    known_of_you: Text
    #: Before these, after a day without a word.
    back_again: Text
    nothing_begun: Text
    # Answers
    did_you_mean: Text
    source_published: Text
    source_read: Text
    sources: Text
    source_at: Text
    source_none: Text
    sources_of_result: Text
    sources_ceiling: Text
    sources_of_conditions: Text
    sources_of_question: Text
    sources_of_screen: Text
    #: A short question about an answer in which nothing was written of it.
    unwritten: Text
    #: Whether something is still so: where no end is known, before a known one; whom to ask before starting.
    no_end_known: Text
    still_until: Text
    ask_before: Text
    ask_before_anyone: Text
    ended: Text
    off_topic: Text
    # Places and offices
    place_unclear: Text
    place_outside: Text
    choose_region: Text
    office_competent: Text
    office_place: Text
    office_city: Text
    office_city_presumed: Text
    office_address: Text
    office_address_unknown: Text
    office_distance: Text
    office_map: Text
    office_map_city: Text
    office_phone: Text
    office_phone_unknown: Text
    office_ask_brce: Text
    office_ask_cri: Text
    office_ask_craft: Text
    office_ask_chamber: Text
    office_email: Text
    office_website: Text
    office_other_region: Text
    office_source: Text
    place_unknown: Text
    # Reading answers
    not_a_number: Text
    out_of_bounds: Text
    which_amount: Text
    which_fact: Text
    which_number: Text
    which_age: Text
    which_to_come: Text
    not_exact: Text
    not_yearly: Text
    one_number: Text
    share_of_unknown: Text
    suppose_later: Text
    choose_a_button: Text
    not_an_option: Text
    noted: Text
    which_is_so: Text
    cannot_both_be: Text
    # Verdicts
    first_step: Text
    first_step_at: Text
    verdict_eligible: Text
    verdict_confirm: Text
    verdict_unknown: Text
    verdict_perhaps: Text
    verdict_not_eligible: Text
    refusal: Text
    refusal_here: Text
    refusal_told: Text
    summary_eligible: Text
    summary_confirm: Text
    summary_unknown: Text
    summary_not_eligible: Text
    summary_not_eligible_count: Text
    reasons: Text
    gives: Text
    of_scheme: Text
    office_of: Text
    after_questions: Text
    summary_line: Text
    list_line: Text
    conditions_met: Text
    conditions_failed: Text
    conditions_unknown: Text
    conditions_confirm: Text
    who_confirms: Text
    source: Text
    office_decides: Text
    would_be_possible: Text
    nothing_would_change: Text
    estimate_range: Text
    estimate_so_far: Text
    estimate_line: Text
    weakest_source: Text
    span: Text
    papers: Text
    questions_left: Text
    which_scheme: Text
    which_file: Text
    name_the_file: Text
    file_opened: Text
    no_other_file: Text
    nothing_to_compare: Text
    same_result: Text
    supposed: Text
    answers_again: Text
    compared: Text
    compared_line: Text
    verdict_words: Text
    counted_words: Text
    likely: Text
    possible: Text
    unlikely: Text
    # The caravan
    station: Text
    station_undated: Text
    station_here: Text
    station_next: Text
    station_next_unknown: Text
    station_none: Text
    official: Text
    press: Text
    single: Text
    uncertain: Text
    # Labels
    yes: Text
    no: Text
    more: Text
    menu: Text
    listen: Text
    hear_in: Text
    read: Text
    said_so: Text
    speak_again: Text
    none: Text
    person: Text
    unknown: Text
    regions: Text
    another_place: Text
    i_am_there: Text
    details: Text
    papers_label: Text
    reasons_label: Text
    amount_label: Text
    sources_label: Text
    change: Text
    results: Text
    narrow_by_place: Text
    compare: Text
    my_answers: Text
    sheet: Text
    sheet_ready: Text
    sheet_empty: Text
    sheet_back: Text
    sheet_same: Text
    sheet_changed: Text
    sheet_change_line: Text
    sheet_missing: Text
    sheet_elsewhere: Text
    sheet_complete: Text
    code_unknown: Text
    code_too_often: Text
    move_code: Text
    move_not_here: Text
    moved_here: Text
    wanted_caravan: Text
    wanted_scheme: Text
    wanted_where: Text
    tell_me: Text
    quiet: Text
    quiet_now: Text
    notice_why: Text
    notice_rules: Text
    notice_result: Text
    another_file: Text
    my_files: Text
    first_file: Text

    def miss(self, why: Miss) -> Text:
        """Return the sentence that says why a message led nowhere."""
        sentences: dict[Miss, Text] = {
            "empty": self.empty,
            "not_readable": self.not_readable,
            "photo_not_read": self.photo_not_read,
            "sticker_not_read": self.sticker_not_read,
            "video_not_read": self.video_not_read,
            "document_not_read": self.document_not_read,
            "voice_not_read": self.voice_not_read,
            "contact_not_read": self.contact_not_read,
            "order_not_read": self.order_not_read,
            "form_not_read": self.form_not_read,
            "poll_not_read": self.poll_not_read,
            "old_button": self.old_button,
            "choose_a_button": self.choose_a_button,
            "nothing_fits": self.nothing_fits,
            "did_you_mean": self.did_you_mean,
            "place_outside": self.place_outside,
            "place_unclear": self.place_unclear,
            "not_an_option": self.not_an_option,
            "not_a_number": self.not_a_number,
            "out_of_bounds": self.out_of_bounds,
            "not_exact": self.not_exact,
            "not_yearly": self.not_yearly,
            "one_number": self.one_number,
            "share_of_unknown": self.share_of_unknown,
            "no_question_open": self.no_question_open,
            "nothing_to_compare": self.nothing_to_compare,
            "nothing_to_change": self.nothing_to_change,
            "unknown_noted": self.unknown_noted,
        }
        return sentences[why]

    def unheard(self, why: Unheard) -> Text:
        """Return the sentence that says why no words were made of a voice."""
        sentences: dict[Unheard, Text] = {
            "": self.voice_unclear,
            "long": self.voice_long,
            "silent": self.voice_silent,
            "noise": self.voice_noise,
            "unclear": self.voice_unclear,
            "not_sound": self.voice_not_sound,
            "large": self.voice_large,
            "away": self.voice_away,
        }
        return sentences[why]
