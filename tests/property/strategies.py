"""What clients say, right and wrong. Ids reach beyond what is there: T7 may be nobody's yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from hypothesis import strategies as st
from model import calls, contract, messages, network

T = TypeVar("T")


def usually(common: st.SearchStrategy[Any], rare: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """The first one, in one of six cases the other."""
    return st.integers(0, 5).flatmap(lambda number: rare if number == 5 else common)


def maybe(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Often absent."""
    return st.integers(0, 3).flatmap(lambda number: values if number == 3 else st.none())


def one_of(*values: T) -> st.SearchStrategy[T]:
    return st.sampled_from(values)


def some(entries: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    """A few entries; rarely all of them twice."""
    few = st.lists(entries, max_size=4).map(tuple)
    return usually(few, st.lists(entries, min_size=1, max_size=2).map(lambda copied: (*copied, *copied)))


def _ids(kind: str, last: int) -> st.SearchStrategy[str | None]:
    known: Sequence[str] = [f"{kind}{number}" for number in range(1, last + 1)]
    return usually(st.sampled_from(known), one_of("no-such", "", " ", None))


tickets, incidents, callbacks = _ids("T", 9), _ids("I", 4), _ids("C", 6)
external_names = usually(one_of("a", "b", "c"), one_of("nobody", "", " ", None))
csrs = usually(one_of("amy", "bob"), one_of("", "  ", None, contract.THE_ADAPTER))
usage_points = usually(st.sampled_from(list(network.USAGE_POINTS)), one_of("UP-99", " ", None))
devices = one_of("LAT-1", "LAT-2", "FDR-1", "TRF-1", "TRF-3", "UP-1")


class Repeated(str):
    """A long text whose examples can be read."""

    def __repr__(self) -> str:
        return f"Repeated({self[0]!r} * {len(self)})"


# Two of the long ones make the limit of 500 with the line feed between them, or pass it by one.
comments = one_of(
    "tree on line",
    "",
    "  ",
    "first\nsecond",
    *(Repeated(letter * number) for letter, number in (("ä", 249), ("x", 250), ("x", 500), ("x", 501))),
)
customers = st.builds(
    calls.Customer,
    first_name=one_of("Ann", "Bert", None),
    last_name=one_of("Lee", None),
    middle_name=maybe(one_of("M.")),
    email=maybe(one_of("ann@x.test", "bert@x.test")),
    landline=maybe(one_of("512-1", "512-2")),
    mobile=maybe(one_of("737-1")),
)
periods = one_of(
    (0, 3600),
    (0, 0),
    (900, 2700),
    (1800, 86_400),
    (3600, 60),
    (-3600, -60),
    (-60, 3600),
    (-60, -120),
    (None, 60),
    (60, None),
)
_wishes = st.builds(
    calls.Wishes,
    medium=maybe(usually(st.sampled_from(contract.MEDIA), one_of("Fax", "Pigeon", " "))),
    periods=st.lists(periods, max_size=2).map(tuple),
)
_odd = st.builds(
    calls.NewTicket,
    name=external_names,
    usage_point=usage_points,
    trouble_code=usually(st.sampled_from(contract.TROUBLE_CODES), one_of("Nonsense", "Rubbish", "", " ", None)),
    csr=csrs,
    comment=maybe(comments),
    language=maybe(one_of("1033", "21514", "+1033", "7", "8")),
    source=maybe(usually(st.sampled_from(list(contract.SOURCES)), one_of("Letter", "Smoke", " "))),
    hazards=st.lists(usually(one_of("Fire", "Arcing"), one_of("Bear", "Wasp", " ")), max_size=2).map(tuple),
    call_back=one_of(True, False, None),
    wishes=st.lists(_wishes, max_size=2).map(tuple),
    created=maybe(one_of(-3600, 0, 60, 61, 3600)),
    first_call=maybe(one_of(-7200, 0)),
    customer=maybe(customers),
    search=maybe(one_of(("Church", "Name"), ("Forest", "Name"), ("Pole", "Colour"))),
    position=maybe(
        one_of(
            ("-97.7431", "30.2672"), ("abc", "30.2672"), ("-97.7431", "91"), ("181", "x"), ("-97.7431", None), (" ", "")
        )
    ),
)
#: A customer without power who wants to be called back, and nothing wrong with it.
_plain = st.builds(
    calls.NewTicket,
    name=one_of("a", "b"),
    usage_point=st.sampled_from(list(network.USAGE_POINTS)),
    trouble_code=st.just(contract.NO_POWER),
    csr=one_of("amy"),
    language=one_of("1033", "21514"),
    source=one_of("IVR", "Portal"),
    call_back=st.just(True),
    # Later; now and later, and not between.
    wishes=one_of((), (calls.Wishes("SMS", ((900, 2700),)),), (calls.Wishes("SMS", ((0, 60), (900, 2700))),)),
    customer=maybe(customers),
)
new_tickets = some(st.one_of(_plain, _odd))
callers = st.lists(st.sampled_from(list(network.USAGE_POINTS)), min_size=1, max_size=6, unique=True)


def _changes(csr: st.SearchStrategy[str | None]) -> st.SearchStrategy[tuple[calls.Change, ...]]:
    return some(
        st.builds(
            calls.Change,
            mrid=usually(tickets, st.none()),
            name=external_names,
            csr=csr,
            comment=usually(comments, st.none()),
            customer=maybe(customers),
        )
    )


# One entry without a csrId is enough to refuse them all.
changes = usually(_changes(one_of("amy", "bob")), _changes(csrs))
_KINDS = {"mrid": tickets, "name": external_names, "incident": incidents, "usage_point": usage_points}
_of_one_kind = st.sampled_from(list(_KINDS)).flatmap(
    lambda kind: st.lists(st.builds(calls.Criterion, **{kind: _KINDS[kind]}), min_size=1, max_size=3).map(tuple)
)
criteria = usually(_of_one_kind, some(st.builds(calls.Criterion, **{kind: maybe(v) for kind, v in _KINDS.items()})))
contexts = usually(one_of("active", "archived", "all", "ALL", "Archived", " all "), one_of("recent", "", " ", None))

pulls = usually(
    st.builds(
        calls.Pull,
        csr=csrs,
        count=one_of(None, "0", "1", "2", "3", "1000000"),
        language=maybe(one_of("1033", "21514", "7")),
        priority=st.none() | one_of("0", "6", "5", "6.0", "-1", "7", "0.5", "", " ", "high", "1e0"),
    ),
    st.none(),
)
result_words = usually(st.sampled_from(contract.RESULTS), one_of("Max Attempts", "Fine", "restored", "", " ", None))
results = some(
    st.builds(
        calls.CallbackResult,
        mrid=callbacks,
        name=external_names,
        csr=csrs,
        comment=maybe(comments),
        result=result_words,
    )
)

_CONTENTS = {
    "CreatedTroubleTickets": new_tickets,
    "ChangedTroubleTickets": changes,
    "GetTroubleTickets": criteria,
    "GetCallbacks": pulls,
    "CreatedCallBacksResults": results,
}
#: An operation, and what its own part says.
operations_and_contents = st.one_of(
    [st.tuples(st.just(operation), content) for operation, content in _CONTENTS.items()]
)
_verbs = usually(
    one_of("created", "changed", "get", "update", "updated", "deleted"), one_of("nonsense", "", "Created", None)
)
_nouns = usually(
    one_of("TroubleTickets", "CallBacks", "CallBacksResults", "callbackresults", "troubletickets"),
    one_of("Nonsense", "", None),
)


def _envelopes(operation: str) -> st.SearchStrategy[messages.Envelope]:
    verb, noun = messages.OPERATIONS[operation]
    named = st.builds(messages.Envelope, st.just(operation), _verbs | st.just(verb), _nouns | st.just(noun))
    broken = st.sampled_from(messages.BROKEN_BODIES)
    return named | st.builds(messages.Envelope, st.just(operation), st.just(verb), st.just(noun), broken)


envelopes = st.sampled_from(list(_CONTENTS)).flatmap(_envelopes)

damaged = one_of("LAT-1", "FDR-1", "LAT-2", "TRF-1")
stages = one_of("restored", "outage", "calls")
CONTACT_VALUES = {"email": "ann@x.test", "landline": "512-1", "mobile": "737-9"}
_moment = st.fixed_dictionaries(
    {
        "seconds": one_of(0, 1, 60, 61, 600, 900, 1799, 1800),
        "jobs": st.lists(
            one_of("prediction", "prediction", "replication", "replication", "publisher", "expiry"), max_size=4
        ),
    }
)
_day = st.fixed_dictionaries(
    {"seconds": one_of(3600, 86_399, 86_400), "jobs": st.just(["expiry", "archiving", "replication"])}
)
_steps = one_of("confirm", "restore", "close", "cancel", "archive", "remark", "dispatch")
_number = st.integers(0, 9)
#: What is new about it, its type, and whose it is.
_contacts = st.tuples(
    one_of("added", "added as preferred", "preferred"), st.sampled_from(list(CONTACT_VALUES)), one_of("Ann", "Cleo")
)


@dataclass(frozen=True)
class Act:
    """What somebody does: the name of a method of the machine, and what with."""

    name: str
    arguments: dict[str, Any]

    def __repr__(self) -> str:
        return f"Act({self.name!r}, {self.arguments!r})"


def _acts(name: str, **arguments: st.SearchStrategy[Any]) -> st.SearchStrategy[Act]:
    return st.builds(Act, st.just(name), st.fixed_dictionaries(arguments))


#: How many of about fifty acts are of a kind.
_WEIGHTED: list[tuple[int, st.SearchStrategy[Act]]] = [
    (
        12,
        _acts(
            "life_goes_on",
            which=_number,
            csr=one_of("amy", "bob"),
            result=result_words,
            comment=maybe(comments),
        ),
    ),
    *(
        (weight, _acts("client_sends", sent=st.tuples(st.just(operation), _CONTENTS[operation]), context=contexts))
        for operation, weight in {
            "CreatedTroubleTickets": 4,
            "ChangedTroubleTickets": 4,
            "GetTroubleTickets": 5,
            "GetCallbacks": 5,
            "CreatedCallBacksResults": 3,
        }.items()
    ),
    (4, _acts("customers_call", usage_points=callers)),
    (1, _acts("nobody_answers", times=st.integers(1, 5), result=st.sampled_from(contract.REPEATING_RESULTS))),
    (4, _acts("message_goes_wrong", envelope=envelopes)),
    (2, _acts("message_fails", sent=operations_and_contents)),
    (3, _acts("operator_opens", device=devices, confirmed=st.booleans(), between_predictions=st.booleans())),
    (5, _acts("operator_goes_on", which=_number, step=_steps)),
    (3, _acts("operator_knows_contacts", which=_number, contacts=st.lists(_contacts, min_size=1, max_size=4))),
    (2, _acts("operator_marks_callback", which=_number, automatic=st.booleans(), wait=one_of(0, 59, 60))),
    (5, st.builds(Act, st.just("time_passes"), _moment)),
    (3, st.builds(Act, st.just("time_passes"), _day)),
]
acts = st.sampled_from([n for n, (weight, _) in enumerate(_WEIGHTED) for _ in range(weight)]).flatmap(
    lambda n: _WEIGHTED[n][1]
)
