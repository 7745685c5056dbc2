"""Changes of one thing in a message, for tests that start from a valid one.

A path is one of local names, anywhere below the message: `Header/Verb`, `TroubleTicket/UsagePoint`.
"""

from copy import deepcopy

from contract_files import PARTS
from lxml import etree


def at(message, path):
    """The first element on a path of local names; the message itself for none."""
    found = message.find(".//" + "/".join(f"{{*}}{step}" for step in path.split("/"))) if path else message
    assert found is not None, f"the sample has no {path}: choose another for this case"
    return found


def without(path):
    """Take an element out."""

    def break_it(message):
        element = at(message, path)
        element.getparent().remove(element)

    return break_it


def doubled(path):
    """Have an element twice in a row."""

    def break_it(message):
        element = at(message, path)
        element.addnext(deepcopy(element))

    return break_it


def swapped(path):
    """Exchange an element with the one behind it."""

    def break_it(message):
        element = at(message, path)
        behind = element.getnext()
        assert behind is not None
        behind.addnext(element)

    return break_it


def moved(path, namespace):
    """Put one element, but not its children, into another namespace."""

    def break_it(message):
        element = at(message, path)
        element.tag = f"{{{namespace}}}{etree.QName(element).localname}"

    return break_it


def renamed(path, name):
    """Give an element another name in its own namespace."""

    def break_it(message):
        element = at(message, path)
        element.tag = f"{{{etree.QName(element).namespace}}}{name}"

    return break_it


def saying(path, text):
    """Give a simple element another text."""

    def break_it(message):
        at(message, path).text = text

    return break_it


def added(path, name, namespace=None):
    """Append a child that the schema does not know, in the parent's namespace unless told."""

    def break_it(message):
        parent = at(message, path)
        etree.SubElement(parent, f"{{{namespace or etree.QName(parent).namespace}}}{name}").text = "x"

    return break_it


def marked(path, attribute, value):
    """Set an attribute."""

    def break_it(message):
        at(message, path).set(attribute, value)

    return break_it


def with_text(path):
    """Put text between the children of a complex element."""

    def break_it(message):
        at(message, path).text = "and then?"

    return break_it


def id_of_kind(kind):
    """Give the Reply an ID of some kind."""

    def break_it(message):
        reply = at(message, "Reply")
        etree.SubElement(reply, f"{{{PARTS}}}ID", kind=kind).text = "42"

    return break_it
