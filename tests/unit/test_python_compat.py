"""The shim for newer Pythons does nothing on 3.11, and does no harm where it is installed all the same."""

import subprocess
import sys
from textwrap import dedent

import pytest

ROUND_TRIP = """
    from crm_contract.contract import load_contract
    from crm_soap.hosting import host
    import io

    contract = load_contract()
    operation = contract.operations["GetCallbacks"]
    handlers = {"GetCallbacks": lambda body: b"<got>%s</got>" % body.tag.encode()}
    service = host("GetCallbacksService", contract, handlers, 10_000)
    body = (
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
        f'<GetCallbacks xmlns="{operation.message_namespace}"/></s:Body></s:Envelope>'
    ).encode()
    environ = {
        "REQUEST_METHOD": "POST", "SCRIPT_NAME": "", "PATH_INFO": "/", "QUERY_STRING": "", "SERVER_NAME": "x",
        "SERVER_PORT": "80", "HTTP_HOST": "x", "SERVER_PROTOCOL": "HTTP/1.1", "CONTENT_TYPE": "text/xml; charset=utf-8",
        "CONTENT_LENGTH": str(len(body)), "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(body),
    }
    answer = b"".join(service(environ, lambda status, headers, *rest: print(status)))
    assert answer == b"<got>%s</got>" % operation.request.encode(), answer
    print("round trip")
"""
MOVES = """
    import sys
    from crm_soap import python_compat
    moves = "spyne.util.six.moves"
    ours = sorted(name for name in sys.modules if name.startswith(moves))
    print(len(ours))
"""


def run(*scripts):
    """What a fresh Python prints."""
    script = "\n".join(dedent(each) for each in scripts)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.split("\n")[:-1]


FORCED = """
    from crm_soap import python_compat
    assert python_compat.install(version=(3, 12)) is True
    import http.cookies, urllib.parse, collections.abc, urllib.request
    from spyne.util.six.moves import urllib as moved
    from spyne.util.six.moves.urllib.parse import quote
    from spyne.util.six.moves.http_cookies import SimpleCookie
    from spyne.util.six.moves.collections_abc import MutableSet
    assert (moved.request, quote, SimpleCookie, MutableSet) == (
        urllib.request, urllib.parse.quote, http.cookies.SimpleCookie, collections.abc.MutableSet
    )
"""


def test_installed_all_the_same_spyne_starts_and_serves():
    assert run(FORCED, ROUND_TRIP) == ["200 OK", "round trip"]


def test_installed_twice_it_stays_as_it_is():
    twice = """
        import sys
        from crm_soap import python_compat
        python_compat.install(version=(3, 13))
        first = sys.modules["spyne.util.six.moves"]
        python_compat.install(version=(3, 13))
        assert sys.modules["spyne.util.six.moves"] is first
        assert first.urllib.parse and first.http_cookies and first.collections_abc
    """
    assert run(twice, ROUND_TRIP) == ["200 OK", "round trip"]


@pytest.mark.parametrize(("version", "needed"), [((3, 11), False), ((3, 12), True), ((3, 13), True), ((4, 0), True)])
def test_it_is_installed_where_it_is_needed(version, needed):
    asked = f"print(python_compat.install(version={version}), 'spyne.util.six.moves' in sys.modules)"
    assert run(MOVES, asked) == ["0", f"{needed} {needed}"]


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="this Python needs the shim")
def test_on_this_python_nothing_is_registered_and_spyne_serves():
    asked = "print(python_compat.install(), 'spyne.util.six.moves' in sys.modules)"
    assert run(MOVES, asked, ROUND_TRIP) == ["0", "False False", "200 OK", "round trip"]
