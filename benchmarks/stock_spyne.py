"""CreatedTroubleTickets served the way Spyne's documentation shows: models, object mapping, lxml validation.

The baseline of the benchmark. It stores nothing and knows no rules; it answers every ticket with an mRID.
"""

from __future__ import annotations

import uuid
from typing import Any

from crm_soap import python_compat

python_compat.install()

from spyne import Application, Boolean, ComplexModel, DateTime, Integer, ServiceBase, Unicode, rpc  # noqa: E402
from spyne.protocol.soap import Soap11  # noqa: E402
from spyne.server.wsgi import WsgiApplication  # noqa: E402

NS = "http://iec.ch/TC57/2011"
MESSAGE, PARTS, PAYLOAD = f"{NS}/TroubleTicketsMessage", f"{NS}/schema/message", f"{NS}/TroubleTickets#"


def model(name: str, namespace: str, /, **members: Any) -> Any:
    """A Spyne class with members in the given order."""
    return type(name, (ComplexModel,), {"__namespace__": namespace, "_type_info": list(members.items())})


def many(of: Any) -> Any:
    """An element that may repeat."""
    return of.customize(min_occurs=0, max_occurs="unbounded")


HEADER = model(
    "HeaderType",
    PARTS,
    Verb=Unicode(min_occurs=1),
    Noun=Unicode(min_occurs=1),
    Revision=Unicode,
    Timestamp=DateTime,
    Source=Unicode,
    MessageID=Unicode,
    CorrelationID=Unicode,
)
ERROR = model("ErrorType", PARTS, code=Unicode, level=Unicode, reason=Unicode, details=Unicode)
REPLY = model("ReplyType", PARTS, Result=Unicode, Error=many(ERROR))
PERIODS = model("PeriodsType", PAYLOAD, end=DateTime, start=DateTime)
CALL_BACKS = model("CallBacksType", PAYLOAD, contactDetail=Unicode, Periods=many(PERIODS))
EMAIL = model("ElectronicAddressType", PAYLOAD, email1=Unicode)
PHONE = model("TelephoneNumberType", PAYLOAD, localNumber=Unicode)
CUSTOMER = model(
    "CustomerDataType",
    PAYLOAD,
    firstName=Unicode,
    lastName=Unicode,
    mName=Unicode,
    electronicAddress=EMAIL,
    landlinePhone=PHONE,
    mobilePhone=PHONE,
)
MRID = model("MridType", PAYLOAD, mRID=Unicode)
POSITION = model("PositionPointType", PAYLOAD, xPosition=Unicode, yPosition=Unicode)
LOCATION = model("LocationType", PAYLOAD, description=Unicode, name=Unicode, type=Unicode, PositionPoint=POSITION)
STATUS = model("StatusType", PAYLOAD, dateTime=DateTime, reason=Unicode, remark=Unicode, value=Unicode)
TICKET = model(
    "TroubleTicketType",
    PAYLOAD,
    mRID=Unicode,
    callBack=Boolean,
    comment=Unicode,
    createdDateTime=DateTime,
    csrId=Unicode,
    firstCallDateTime=DateTime,
    languageId=Integer,
    name=Unicode,
    previousTroubleTicketsCount=Integer,
    source=Unicode,
    troubleCode=Unicode,
    CallBacks=many(CALL_BACKS),
    CustomerData=CUSTOMER,
    IncidentHazard=many(MRID),
    Location=many(LOCATION),
    status=STATUS,
    UsagePoint=MRID,
)
TICKETS = model("TroubleTicketsType", PAYLOAD, TroubleTicket=many(TICKET))
# Spyne has no element references: the payload's root comes to lie in the message's namespace, its content not.
CONTENT = model("PayloadType", MESSAGE, TroubleTickets=TICKETS)


class ReceiveTroubleTickets(ServiceBase):  # type: ignore[misc]
    """The service."""

    @rpc(
        HEADER,
        CONTENT,
        _returns=[HEADER, REPLY, CONTENT],
        _in_variable_names={"header": "Header", "payload": "Payload"},
        _out_variable_names=["Header", "Reply", "Payload"],
        _out_message_name="TroubleTicketsResponseMessage",
    )
    def CreatedTroubleTickets(ctx, header, payload):  # type: ignore[no-untyped-def] # noqa: N802, N805
        """Answer every ticket with an mRID."""
        answered = [
            TICKET(
                mRID=str(uuid.uuid4()),
                name=ticket.name,
                previousTroubleTicketsCount=0,
                status=STATUS(value="Created"),
                UsagePoint=ticket.UsagePoint,
            )
            for ticket in payload.TroubleTickets.TroubleTicket
        ]
        reply_header = HEADER(
            Verb="reply", Noun="TroubleTickets", MessageID=str(uuid.uuid4()), CorrelationID=header.MessageID
        )
        return reply_header, REPLY(Result="OK"), CONTENT(TroubleTickets=TICKETS(TroubleTicket=answered))


def create_app() -> Any:
    """What granian calls."""
    application = Application(
        [ReceiveTroubleTickets], tns=MESSAGE, in_protocol=Soap11(validator="lxml"), out_protocol=Soap11()
    )
    return WsgiApplication(application, max_content_length=32 * 1024 * 1024)
