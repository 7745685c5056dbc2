"""Messages of every hosted operation through its pipeline: what goes in as objects, what comes out as XML."""

from builders import HOSTED, Fixed, contract, settings, shipped_errors
from contract_files import PARTS
from lxml import etree
from requests_xml import header_xml

from crm_contract.codec import Codec
from crm_contract.messages import CallBacksResults, GetCallbacks, GetTroubleTickets, TroubleTickets
from reference_adapter.operations import callbacks_results, changed_trouble_tickets, get_callbacks, get_trouble_tickets
from reference_adapter.soap.get_callbacks import GetCallbacksMessages
from reference_adapter.soap.get_trouble_tickets import GetTroubleTicketsMessages
from reference_adapter.soap.pipeline import Pipeline
from reference_adapter.soap.receive_callbacks_results import CallbackResultsMessages
from reference_adapter.soap.receive_trouble_tickets import ChangedTroubleTicketsMessages

CONTENT = {
    "ChangedTroubleTickets": TroubleTickets,
    "GetTroubleTickets": GetTroubleTickets,
    "GetCallbacks": GetCallbacks,
    "CreatedCallBacksResults": CallBacksResults,
}


def request(name, content, **header):
    """The element that stands in the SOAP body; Context stands in its place where the header has one."""
    operation = contract().operations[name]
    context = header.pop("Context", None)
    head = header_xml(**{"Verb": operation.verb, "Noun": operation.noun, **header})
    if context is not None:
        head = head.replace("<h:Timestamp>", f"<h:Context>{context}</h:Context><h:Timestamp>")
    part, namespace, root = (
        ("Request", operation.query_namespace, operation.query_root)
        if operation.query_root
        else ("Payload", operation.payload_namespace, operation.payload_root)
    )
    inside = content if isinstance(content, str) else Codec(type(content), namespace).encode(content, "p")
    m = operation.message_namespace
    return etree.fromstring(
        f'<m:{name} xmlns:m="{m}" xmlns:h="{PARTS}">{head}'
        f'<m:{part}><p:{root} xmlns:p="{namespace}">{inside}</p:{root}></m:{part}></m:{name}>'
    )


def pipeline(store, name, **changes):
    """An operation with everything around it but the transport."""
    rules, errors, watched = HOSTED[name][1], Fixed(shipped_errors(name)), Fixed(settings(**changes))
    operation = contract().operations[name]
    given = (rules, errors, watched, store, store.clock)
    work = {
        "ChangedTroubleTickets": lambda: ChangedTroubleTicketsMessages(
            operation, changed_trouble_tickets.ChangeTroubleTickets(*given)
        ),
        "GetTroubleTickets": lambda: GetTroubleTicketsMessages(
            operation, rules, get_trouble_tickets.GetTroubleTickets(*given)
        ),
        "GetCallbacks": lambda: GetCallbacksMessages(operation, rules, get_callbacks.GetCallbacks(*given)),
        "CreatedCallBacksResults": lambda: CallbackResultsMessages(
            operation, callbacks_results.ReceiveCallbackResults(*given)
        ),
    }[name]()
    return Pipeline(operation, contract(), rules, errors, watched, store.now, 7, work)


def exchange(store, name, content, header=None, **changes):
    """The reply's element, which the schema must accept."""
    envelope = pipeline(store, name, **changes)(request(name, content, **(header or {})))
    (reply,) = etree.fromstring(envelope).find("{*}Body")
    schema = contract().schema(contract().operations[name])
    assert schema.validate(reply), schema.error_log
    return reply


def tree(element):
    """An element as nested pairs of name and content."""
    name = etree.QName(element).localname
    return (name, [tree(child) for child in element]) if len(element) else (name, element.text)


def entries(reply):
    """The entries of a reply's payload; None for a reply without one."""
    root = reply.find("{*}Payload/*")
    return None if root is None else [tree(each)[1] for each in root]
