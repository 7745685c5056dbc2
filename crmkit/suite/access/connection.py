"""How the kit connects to a target and says who it is: TLS, HTTP Basic, a UsernameToken. No secret leaves a recording.

What is sent carries the secrets; what is kept of it, in reports, on the terminal and in the text of problems, does not.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from lxml import etree
from zeep import ns
from zeep.wsse.username import UsernameToken

from crmkit.suite.access.exchange import Answer, Exchange, exchange
from crmkit.suite.access.tls import Tls

LEFT_OUT = "(left out)"
_ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
# What is shorter stands in messages by accident: taking it out of an answer would change what is judged.
_SHORTEST_SECRET = 6
_ENTITIES = {"&": "amp", "<": "lt", ">": "gt", '"': "quot", "'": "apos"}


@dataclass(frozen=True, slots=True)
class Login:
    """A user and a password."""

    user: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Credentials:
    """How the kit says who it is. A UsernameToken (`token`) carries the password as a text, or as a digest."""

    basic: Login | None = None
    token: Login | None = None
    token_is_digest: bool = False

    def on_request(self, headers: Mapping[str, str]) -> dict[str, str]:
        """The headers of a request, with HTTP Basic where it is used."""
        if self.basic is None:
            return dict(headers)
        return {**headers, "Authorization": f"Basic {_encoded(self.basic)}"}

    def on_message(self, body: bytes) -> bytes:
        """A SOAP 1.1 message with the UsernameToken, where one is used; anything else as it is."""
        if self.token is None:
            return body
        try:
            envelope = etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True))
        except (etree.XMLSyntaxError, ValueError):
            return body
        if envelope.tag != f"{{{_ENVELOPE}}}Envelope":
            return body
        UsernameToken(  # type: ignore[no-untyped-call]
            self.token.user, self.token.password, use_digest=self.token_is_digest
        ).apply(envelope, {})
        return etree.tostring(envelope, xml_declaration=True, encoding="utf-8")

    def hidden(self, done: Exchange) -> Exchange:
        """The exchange as it may be shown to anybody."""
        if self.basic is None and self.token is None:
            return done
        headers = {
            name: LEFT_OUT if name.lower() == "authorization" else value for name, value in done.request_headers.items()
        }
        answer = done.answer
        if answer is not None:
            kept = {name: self._without_secrets(value) for name, value in answer.headers.items()}
            answer = Answer(answer.status, kept, self._without_secrets_in(answer.body))
        return replace(
            done,
            request=self._without_token(done.request),
            request_headers=headers,
            answer=answer,
            problem=None if done.problem is None else self._without_secrets(done.problem),
        )

    def _without_token(self, body: bytes) -> bytes:
        """A message whose token proves nothing: without the password, and without what its digest was made with."""
        if self.token is None:
            return body
        try:
            envelope = etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True))
        except (etree.XMLSyntaxError, ValueError):
            return body
        for name in ("Password", "Nonce"):
            for element in envelope.iterfind(f"{{*}}Header/{{{ns.WSSE}}}Security/*/{{{ns.WSSE}}}{name}"):
                element.text = LEFT_OUT
        return etree.tostring(envelope, xml_declaration=True, encoding="utf-8")

    def _without_secrets_in(self, body: bytes) -> bytes:
        for secret in self._secrets():
            body = re.sub(secret.encode(), LEFT_OUT.encode(), body)
        return body

    def _without_secrets(self, text: str) -> str:
        for secret in self._secrets():
            text = re.sub(secret, LEFT_OUT, text)
        return text

    def _secrets(self) -> list[str]:
        """Patterns of what a target might echo: passwords, and what HTTP Basic made of them."""
        logins = [each for each in (self.basic, self.token) if each and len(each.password) >= _SHORTEST_SECRET]
        return [pattern for each in logins for pattern in (_however_written(each.password), re.escape(_encoded(each)))]


@dataclass(frozen=True, slots=True)
class Connection:
    """How one party is spoken to. `exchange` is crmkit.suite.access.exchange.exchange over it."""

    tls: Tls = field(default_factory=Tls)
    credentials: Credentials = field(default_factory=Credentials)

    def exchange(
        self,
        method: str,
        url: str,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        answer_seconds: float = 30.0,
    ) -> Exchange:
        """Send a request as who the kit is; what is returned holds no secret. Raises Unreachable."""
        sent, message = self.credentials.on_request(headers or {}), self.credentials.on_message(body)
        return self.credentials.hidden(exchange(method, url, message, sent, answer_seconds, self.tls))


def _encoded(login: Login) -> str:
    return base64.b64encode(f"{login.user}:{login.password}".encode()).decode("ascii")


def _however_written(secret: str) -> str:
    """A pattern for a text in which any character may stand as XML lets it stand."""
    return "".join(
        f"(?:{re.escape(each)}|&#0*{ord(each)};|&#x0*(?i:{ord(each):x});"
        + (f"|&{_ENTITIES[each]};" if each in _ENTITIES else "")
        + ")"
        for each in secret
    )
