"""Who called whom, drawn."""

from __future__ import annotations

import re
from typing import Any

from lxml import etree

from crmkit.evidence.document import CallEntry
from crmkit.evidence.html.diagram import arrows, sequence

SVG = "{http://www.w3.org/2000/svg}"


def call(at: float, caller: str, called: str, label: str, until: float | None = None, **rest: Any) -> CallEntry:
    told = {"kind": "json", "caller": caller, "called": called, "label": label, "status": 200}
    return CallEntry.model_validate({**told, "started": at, "finished": at + 0.1 if until is None else until, **rest})


def texts(drawing: str) -> list[str]:
    return re.findall(r"<text [^>]*>([^<]*)</text>", drawing)


def test_parties_stand_in_a_fixed_order_and_only_those_that_take_part() -> None:
    calls = [call(0, "kit", "target", "Create", 2), call(1, "target", "landbase", "GET /poles")]
    assert texts(str(sequence(calls)))[:3] == ["kit", "target", "landbase"]
    assert texts(str(sequence([*calls, call(3, "target", "ivr", "Send"), call(4, "person", "target", "x")])))[:5] == [
        "person",
        "kit",
        "target",
        "landbase",
        "IVR",
    ]


def test_calls_that_look_the_same_are_one_arrow() -> None:
    calls = [call(at, "kit", "control", "GET /tickets") for at in range(4)]
    calls.append(call(5, "kit", "target", "GetTroubleTickets", is_subject=True))
    assert [each.numbers for each in arrows(calls)] == ["1-4", "5"]
    assert texts(str(sequence(calls)))[3:] == ["1-4. GET /tickets ×4 → 200", "5. GetTroubleTickets → 200"]


def test_a_subject_is_an_arrow_of_its_own() -> None:
    calls = [call(at, "kit", "target", "Create", is_subject=at == 2) for at in range(4)]
    assert [each.numbers for each in arrows(calls)] == ["1-2", "3", "4"]


def test_an_answer_comes_after_what_its_call_set_off() -> None:
    calls = [call(0, "kit", "target", "Create", 0.3), call(0.1, "target", "landbase", "GET /poles", 0.2)]
    drawn = str(sequence(calls))
    there, inner, back_inner, back = (
        drawn.index(each) for each in ("1. Create", "2. GET /poles", 'class="r" d="M275', 'class="r" d="M165')
    )
    assert there < inner < back_inner < back


def test_a_call_without_duration_is_answered_after_it_began() -> None:
    drawn = str(sequence([call(1, "kit", "target", "Create", 1)]))
    assert drawn.index("1. Create") < drawn.index('class="r"')


def test_no_answer_is_told_and_not_drawn_as_one() -> None:
    drawn = str(sequence([call(0, "kit", "target", "Create", status=None, problem="no answer within 30 s")]))
    assert texts(drawn)[2:] == ["1. Create → no answer"]
    assert 'class="f"' in drawn


def test_names_and_labels_are_escaped_and_short_enough() -> None:
    drawn = str(sequence([call(0, "kit", "<b>", "</svg><script>" + "x" * 300)]))
    root = etree.fromstring(drawn.encode())
    assert {etree.QName(each).localname for each in root.iter(etree.Element)} == {"svg", "path", "text"}
    assert max(len(text) for text in root.itertext()) < 70


def test_a_long_talk_is_cut_round_the_subject() -> None:
    calls = [call(at, "kit", "control" if at % 2 else "landbase", f"call {at}") for at in range(300)]
    calls[250] = call(250, "kit", "target", "Create", is_subject=True)
    drawn = texts(str(sequence(calls)))
    assert "251. Create → 200" in drawn
    assert "240 more are in the list" in drawn


def test_without_calls_there_is_nothing_to_draw() -> None:
    assert sequence([]) is None
