"""Messages on the page: indented, escaped, with the right element marked."""

from __future__ import annotations

import re

from lxml import etree

from crmkit.evidence.html.message_view import find, view

REPLY = b"""<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>
<m:Answer xmlns:m="urn:m"><m:Reply><m:Result>PARTIAL</m:Result>
<m:Error><m:code>2.7</m:code><m:reason>First</m:reason></m:Error>
<m:Error><m:code>2.8</m:code><m:reason>Second</m:reason></m:Error></m:Reply>
<m:Payload><t:Tickets xmlns:t="urn:t"><t:Ticket/><t:Ticket><t:name>B</t:name></t:Ticket></t:Tickets></m:Payload>
</m:Answer></s:Body></s:Envelope>"""


def shown(text: str) -> str:
    """A view's text as a reader sees it."""
    bare = re.sub(r"<[^>]*>", "", text)
    return bare.replace("&lt;", "<").replace("&gt;", ">").replace("&#34;", '"').replace("&quot;", '"')


def marked(text: str) -> list[str]:
    return [shown(each) for each in re.findall(r"<mark>(.*?)</mark>", text, re.DOTALL)]


def test_a_message_is_indented_and_its_declarations_stay() -> None:
    text = shown(view(b'<a:x xmlns:a="urn:a" k="v&quot;"><a:y>1 &lt; 2</a:y><a:z/></a:x>').text)
    assert text == '<a:x xmlns:a="urn:a" k="v"">\n\t<a:y>1 < 2</a:y>\n\t<a:z/>\n</a:x>'


def test_of_a_large_element_the_tags_are_marked() -> None:
    assert [each.strip() for each in marked(view(REPLY, {"Reply": "x"}).text)] == ["<m:Reply>", "</m:Reply>"]


def test_the_element_of_a_path_is_marked_and_no_other() -> None:
    seen = view(REPLY, {"Reply/Error[2]/reason": "expected Third"})
    assert marked(seen.text) == ["\t\t\t\t\t<m:reason>Second</m:reason>"]
    assert "expected Third" in seen.text
    assert seen.marked == 1


def test_a_path_may_start_in_the_payload() -> None:
    assert marked(view(REPLY, {"Ticket[2]/name": "x"}).text) == ["\t\t\t\t\t\t<t:name>B</t:name>"]


def test_an_element_that_contains_others_is_marked_whole() -> None:
    lines = [line.strip() for line in marked(view(REPLY, {"Reply/Error": "x"}).text)]
    assert lines == ["<m:Error>", "<m:code>2.7</m:code>", "<m:reason>First</m:reason>", "</m:Error>"]


def test_what_is_missing_is_told_at_the_innermost_element_that_is_there() -> None:
    seen = view(REPLY, {"Reply/Error[2]/details": "expected a text"})
    assert marked(seen.text)[0].strip() == "<m:Error>"
    assert "no details here; expected a text" in seen.text
    element, missing = find(etree.fromstring(REPLY), "Reply/Error[3]/code")
    assert etree.QName(element).localname == "Reply"
    assert missing == "Error[3]/code"


def test_a_path_that_leads_nowhere_is_told_at_the_message() -> None:
    element, missing = find(etree.fromstring(REPLY), "Nowhere/at/all")
    assert etree.QName(element).localname == "Answer"
    assert missing == "Nowhere/at/all"


def test_hostile_text_stays_text() -> None:
    hostile = b"<a><b>&lt;/pre&gt;&lt;script&gt;alert(1)&lt;/script&gt;</b><c k='&lt;img src=x onerror=y&gt;'/></a>"
    seen = view(hostile, {"b": "<script>note</script>"})
    assert "<script" not in seen.text
    assert "<img" not in seen.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in seen.text


def test_what_is_no_xml_is_shown_as_it_is() -> None:
    assert view(b"<html><body>Oops").text == "&lt;html&gt;&lt;body&gt;Oops"
    assert view(b"\xff\x00\xe2\x80\xae").text == "\N{REPLACEMENT CHARACTER}\\u0000\\u202e"


def test_entities_are_never_resolved() -> None:
    bomb = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'
    assert (
        view(bomb).text
        == "&lt;!DOCTYPE a [&lt;!ENTITY x SYSTEM &#34;file:///etc/passwd&#34;&gt;]&gt;&lt;a&gt;&amp;x;&lt;/a&gt;"
    )


def test_json_is_indented() -> None:
    assert view(b'{"a": [1]}').text == "{\n\t&#34;a&#34;: [\n\t\t1\n\t]\n}"


def test_a_long_message_is_cut_but_not_where_it_is_marked() -> None:
    body = b"<a>" + b"".join(b"<n>%d</n>" % number for number in range(1000)) + b"</a>"
    seen = view(body, {"n[601]": "wrong"}, most_lines=40)
    lines = shown(seen.text).splitlines()
    assert lines[38:] == ["\t<n>37</n>", "\t<n>38</n>", "\t⋮ 561 more left out", "\t<n>600</n> ◀ wrong", *lines[-2:]]
    assert lines[-2:] == ["\t⋮ 399 more left out", "</a>"]
    assert seen.left_out == 960


def test_a_long_text_is_cut_in_the_middle() -> None:
    seen = view("\n".join(f"line {number}" for number in range(100)).encode(), most_lines=8)
    assert seen.text.splitlines()[5:] == [
        "line 5",
        '<em class="note">⋮ 92 lines left out</em>',
        "line 98",
        "line 99",
    ]
    assert seen.left_out == 92


def test_a_long_value_is_cut() -> None:
    assert "… (5,000 characters)" in view(b"<a>" + b"x" * 5000 + b"</a>").text


def test_comments_and_mixed_content_are_kept() -> None:
    text = shown(view(b"<a><!-- why --><b>one <c>two</c> three</b></a>").text)
    assert text == "<a>\n\t<!-- why -->\n\t<b>one <c>two</c> three</b>\n</a>"
