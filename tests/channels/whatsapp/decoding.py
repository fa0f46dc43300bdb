"""A message of ours as another implementation of the Cloud API would send it, within Meta's own limits."""

from typing import Any

from pywa.types.callback import Button, Section, SectionList, SectionRow

from tests.standins.graph_limits import wrongs


def decoded(message: dict[str, Any]) -> None:
    """Hold one message to the platform's limits and to what pywa would send in its place."""
    assert wrongs(message) == []
    if message["type"] != "interactive" or message["interactive"]["type"] == "location_request_message":
        return
    action = message["interactive"]["action"]
    match _of_pywa(action):
        case SectionList() as made:
            [section] = made.to_dict()["sections"]
            rows = [{name: told for name, told in row.items() if told} for row in section["rows"]]
            assert made.to_dict()["button"] == action["button"]
            assert rows == action["sections"][0]["rows"]
        case list() as made:
            assert [one.to_dict() for one in made] == action["buttons"]


def _of_pywa(action: dict[str, Any]) -> SectionList | list[Button]:
    """Return what can be tapped, made anew of pywa's own types."""
    if "buttons" in action:
        return [Button(one["reply"]["title"], callback_data=one["reply"]["id"]) for one in action["buttons"]]
    [section] = action["sections"]
    rows = [SectionRow(row["title"], row["id"], row.get("description")) for row in section["rows"]]
    return SectionList(action["button"], [Section("", rows)])
