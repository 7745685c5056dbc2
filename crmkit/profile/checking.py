"""A smoke run of a profile: is the target there, does it speak the contract, what does its clock say.

Nothing is changed on the target: a query for a ticket that nobody has, and for an IVR an empty message.
"""

from __future__ import annotations

import socket
import ssl
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from urllib.parse import urlsplit

from crm_contract.contract import SERVICES, Contract, ContractError, Operation
from crm_contract.values import parse_datetime
from crmkit.profile.connecting import UNVERIFIED
from crmkit.profile.model import Profile
from crmkit.profile.vendor_wsdl import take_names
from crmkit.suite.access.control import Control
from crmkit.suite.access.exchange import Exchange
from crmkit.suite.access.pools import authorities
from crmkit.suite.access.preflight import why_no_service
from crmkit.suite.access.target import Target, base_url
from crmkit.suite.access.tls import Tls
from crmkit.suite.errors import CouldNotTest, HarnessError, Mismatch, Unreachable
from crmkit.suite.messages import Header, Messenger
from crmkit.suite.replies.reading import Reply, read_reply
from crmkit.suite.values import moment_text

_CONNECT_SECONDS = 10.0
_SOON = timedelta(days=30)
# Role -> what is asked: an operation without effect.
_QUESTIONS = {"adapter": "GetTroubleTickets", "ivr": "CreatedCallBacks"}


class State(Enum):
    """How a check ended; `note`: nothing is wrong, but it should be known."""

    OK = "ok"
    NOTE = "note"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Seen:
    """A check of `what`, `where` (a URL, or empty), how it ended, and what was found or is to be done."""

    what: str
    where: str
    state: State
    said: str


def check(profile: Profile, target: Target) -> Iterator[Seen]:
    """The checks in their order, each as it ends."""
    places: dict[str, bool] = {}
    for service in (each.name for each in SERVICES if each.hosted_by == profile.role):
        try:
            url = target.service_url(service)
        except CouldNotTest as missing:
            yield Seen(service, "", State.SKIPPED, str(missing))
            continue
        parts = urlsplit(url)
        place = f"{parts.scheme}://{parts.netloc}"
        if place not in places:
            connected = list(_connect(place, target.connection.tls))
            yield from connected
            places[place] = all(each.state is not State.FAILED for each in connected)
        if places[place]:
            yield _wsdl(target, service, url)
    if not any(places.values()):
        return
    yield from _question(profile, target)
    if profile.role == "adapter":
        yield from _control(profile, target.connection.tls)


def _connect(place: str, tls: Tls) -> Iterator[Seen]:
    parts = urlsplit(place)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    try:
        with socket.create_connection((host, port), _CONNECT_SECONDS) as connection:
            yield Seen("reachable", place, State.OK, "takes connections")
            if parts.scheme == "https":
                yield _certificate(place, host, connection, tls)
    except OSError as error:
        yield Seen("reachable", place, State.FAILED, f"nobody takes a connection: {error.strerror or error}")


def _certificate(place: str, host: str, connection: socket.socket, tls: Tls) -> Seen:
    context = ssl.create_default_context(cafile=authorities(tls))
    if not tls.verify:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    if tls.certificate is not None:
        context.load_cert_chain(str(tls.certificate), None if tls.key is None else str(tls.key))
    try:
        with context.wrap_socket(connection, server_hostname=host) as encrypted:
            version, shown = encrypted.version(), encrypted.getpeercert()
    except (ssl.SSLError, OSError) as error:
        reason = getattr(error, "verify_message", None) or getattr(error, "reason", None) or error.strerror or error
        advice = "" if tls.ca_file else "; give tls.ca_file where the certificate is of an authority of your own"
        return Seen("certificate", place, State.FAILED, f"no TLS connection: {reason}{advice}")
    if not tls.verify or not shown:
        return Seen("certificate", place, State.NOTE, f"{version}; {UNVERIFIED}")
    ends = datetime.fromtimestamp(ssl.cert_time_to_seconds(str(shown["notAfter"])), UTC)
    state = State.NOTE if ends - datetime.now(UTC) < _SOON else State.OK
    return Seen("certificate", place, state, f"{version}, valid until {ends:%Y-%m-%d}")


def _wsdl(target: Target, service: str, url: str) -> Seen:
    """The target's own WSDL against the contract that the kit speaks; a target need not serve one."""
    ours = "the kit's own contract is used"
    try:
        done = target.get(f"{url}?wsdl")
    except Unreachable as error:
        return Seen("WSDL", url, State.FAILED, str(error))
    if done.answer is None:
        return Seen("WSDL", url, State.NOTE, f"none is served ({done.problem}); {ours}")
    if done.answer.status != 200:
        return Seen("WSDL", url, State.NOTE, f"none is served (HTTP {done.answer.status}); {ours}")

    def fetch(place: str) -> bytes:
        if place == f"{url}?wsdl" and done.answer is not None:
            return done.answer.body
        imported = target.get(place)
        if imported.answer is None or imported.answer.status != 200:
            raise ContractError(f"{place} cannot be fetched")
        return imported.answer.body

    try:
        names = take_names([(service, f"{url}?wsdl")], fetch)
    except (ContractError, Unreachable) as error:
        return Seen("WSDL", url, State.NOTE, f"{error}; {ours}")
    differing = _differing(target.contract, service, names.namespaces, names.actions)
    if differing:
        advice = f"take them over by target.wsdl.{service} or target.contract"
        return Seen("WSDL", url, State.FAILED, f"{'; '.join(differing)}: {advice}")
    return Seen("WSDL", url, State.OK, "loads, and has the names of the contract that is spoken")


def _differing(contract: Contract, service: str, namespaces: dict[str, str], actions: dict[str, str]) -> list[str]:
    """What a WSDL calls otherwise than the contract that the kit speaks."""
    found = []
    for operation in contract.of_service(service):
        theirs = actions.get(operation.name, operation.soap_action)
        if theirs != operation.soap_action:
            found.append(f"soapAction of {operation.name} is {theirs}, not {operation.soap_action}")
    spoken = {contract.message_parts}
    for operation in contract.of_service(service):
        spoken |= {operation.message_namespace, operation.payload_namespace, operation.query_namespace}
    # The target namespace of the WSDL itself is in no message.
    own = service.removesuffix("Service")
    in_messages = [
        theirs for ours, theirs in namespaces.items() if ours.rpartition("/")[2] != own or ours.endswith("#")
    ]
    return [*found, *(f"namespace {theirs} is none that is spoken" for theirs in in_messages if theirs not in spoken)]


def _question(profile: Profile, target: Target) -> Iterator[Seen]:
    operation = target.contract.operations[_QUESTIONS[profile.role]]
    try:
        url = target.service_url(operation.service)
        done, header = _ask(target, operation)
    except CouldNotTest as missing:
        yield Seen("query", "", State.SKIPPED, str(missing))
        return
    except (Unreachable, HarnessError) as error:
        yield Seen("query", operation.name, State.FAILED, str(error))
        return
    if (why := why_no_service(done)) is not None:
        yield Seen("query", url, State.FAILED, f"it {why}")
        return
    try:
        reply = read_reply(done, operation, target.contract)
    except Mismatch as mismatch:
        first = mismatch.differences[0]
        yield Seen("query", url, State.FAILED, f"{operation.name}: expected {first.expected}, but {first.observed}")
        return
    said = f"{operation.name} is answered with Result {reply.result} in {done.finished - done.started:.2f} s"
    yield Seen("query", url, State.OK, said)
    yield _clock(profile, reply, url, header)


def _ask(target: Target, operation: Operation) -> tuple[Exchange, datetime]:
    """The exchange, and the machine's time in the middle of it."""
    before = datetime.now(UTC)
    header = Header(
        operation.verb,
        operation.noun,
        moment_text(before),
        str(uuid.uuid4()),
        str(uuid.uuid4()),
        "active" if operation.query_root else None,
    )
    nobody = {"TroubleTicket": [{"name": f"crmkit-profile-check-{uuid.uuid4()}"}]}
    inside = nobody if operation.name == "GetTroubleTickets" else {}
    done = Messenger(target, operation.service).prepare(operation, header, inside).send()
    return done, before + (datetime.now(UTC) - before) / 2


def _clock(profile: Profile, reply: Reply, url: str, now: datetime) -> Seen:
    text = reply.header.get("Timestamp", "")
    try:
        ahead = (parse_datetime(text, UTC) - now).total_seconds()
    except ValueError:
        return Seen("clock", url, State.NOTE, f"the reply's Timestamp is no time: {text!r}")
    allowed = profile.limits.future_skew_seconds
    words = f"{abs(ahead):.1f} s {'ahead of' if ahead > 0 else 'behind'} this machine's"
    if abs(ahead) > allowed:
        advice = f"more than limits.future_skew_seconds ({allowed:g}): set the clocks, or rows about times will fail"
        return Seen("clock", url, State.FAILED, f"{words}, {advice}")
    return Seen("clock", url, State.OK, words)


def _control(profile: Profile, tls: Tls) -> Iterator[Seen]:
    given = profile.target.control
    if given is None:
        said = "none is given: what needs it is done by hand, or cannot be tested"
        yield Seen("control API", "", State.SKIPPED, said)
        return
    try:
        Control(base_url(given), tls).check()
    except HarnessError as error:
        yield Seen("control API", given, State.FAILED, str(error))
        return
    yield Seen("control API", given, State.OK, "healthy")
