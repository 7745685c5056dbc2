"""AdapterCrm.xml and the other shipped files: what they say, and what is said of a broken edit."""

from datetime import timedelta
from pathlib import Path

import pytest
from builders import SHIPPED, shipped_settings

from reference_adapter.configuration.files import (
    WebServiceSettings,
    copy_shipped_files,
    read_web_service_settings,
    watch_settings,
)
from reference_adapter.configuration.settings import parse_adapter_settings
from reference_adapter.configuration.watched import ConfigurationError

TEXT = (SHIPPED / "AdapterCrm.xml").read_text(encoding="utf-8")
WEB_SERVICE = "AdapterCrm_WebServiceConfiguration.xml"


def parse(text):
    return parse_adapter_settings(text.encode(), Path("AdapterCrm.xml"))


def changed(old, new):
    assert TEXT.count(old) == 1
    return parse(TEXT.replace(old, new))


def test_the_shipped_limits_and_times():
    shipped = shipped_settings()
    assert (shipped.comment_limit, shipped.batch_limit, shipped.ims_confirmation_seconds) == (500, 10_000, 10.0)
    assert shipped.future_skew == timedelta(seconds=60)
    assert shipped.replay_window == timedelta(hours=24)
    assert (shipped.reply_source, shipped.strict_header) == ("EcoStruxure GridOps", False)
    assert shipped.time_zone.key == "UTC"
    assert (shipped.input_crs, shipped.model_crs) == ("EPSG:4326", "EPSG:2277")


def test_the_shipped_lists_are_the_contract_s_reference_data():
    shipped = shipped_settings()
    assert (shipped.languages, shipped.default_language) == ({1033, 21514}, 1033)
    assert shipped.trouble_codes == {
        "No Power/No Light",
        "Flick Light/Partial Light",
        "Power Restored",
        "Not Restored",
        "Voltage Problem",
        "Street Light Out",
        "Momentary",
        "Damaged Equipment",
        "Other",
    }
    assert shipped.power_loss_codes == {"No Power/No Light", "Not Restored"}
    assert shipped.hazards == {
        "Line Down",
        "Gas Leak",
        "Fire",
        "Tree on Line",
        "Pole Broken",
        "Arcing",
        "Dig-in",
        "Vehicle Accident",
        "Person Injured",
        "Police Department",
        "Fire Department",
        "Emergency Medical",
    }
    assert shipped.callback_media == {"SMS", "MobilePhone", "LandlinePhone", "Email"}
    assert shipped.default_source == "Unknown"
    assert shipped.sources == {
        "CallCenter": "CallCenter",
        "CC": "CallCenter",
        "IVR": "IVR",
        "Portal": "Portal",
        "OutagePortal": "Portal",
        "Operator": "Operator",
        "Unknown": "Unknown",
    }


def test_the_shipped_search_types_are_the_contract_s():
    types = shipped_settings().landbase.search_types
    assert {name: (list(kind.properties), sorted(kind.required)) for name, kind in types.items()} == {
        "Pole": (["PoleID"], ["PoleID"]),
        "StreetIntersection": (["PrimaryStreet", "SecondaryStreet"], ["PrimaryStreet", "SecondaryStreet"]),
        "Address": (["HouseNumber", "StreetName", "City", "Zip"], ["HouseNumber", "StreetName"]),
        "Transformer": (["TransformerID"], ["TransformerID"]),
    }
    assert {name: kind.collection for name, kind in types.items()} == {
        "Pole": "poles",
        "StreetIntersection": "intersections",
        "Address": "addresses",
        "Transformer": "transformers",
    }


def test_the_shipped_web_service_limits():
    read = read_web_service_settings(SHIPPED)
    assert read == WebServiceSettings(32 * 1024 * 1024, 10, 300, 10, 128, 10, 5)


@pytest.mark.parametrize(
    ("old", "new", "read", "value"),
    [
        ('limit="500"', 'limit="1"', lambda s: s.comment_limit, 1),
        ('batchLimit="10000"', 'batchLimit="5"', lambda s: s.batch_limit, 5),
        ('strictHeader="false"', 'strictHeader="true"', lambda s: s.strict_header, True),
        ('timeZone="UTC"', 'timeZone="America/Chicago"', lambda s: s.time_zone.key, "America/Chicago"),
        ('replySource="EcoStruxure GridOps"', 'replySource="A &amp; B"', lambda s: s.reply_source, "A & B"),
        ('futureSkewSeconds="60"', 'futureSkewSeconds="0.5"', lambda s: s.future_skew, timedelta(milliseconds=500)),
        ('replayWindowHours="24"', 'replayWindowHours="1.5"', lambda s: s.replay_window, timedelta(minutes=90)),
        ('confirmationSeconds="10"', 'confirmationSeconds="0.25"', lambda s: s.ims_confirmation_seconds, 0.25),
        ('timeoutSeconds="2"', 'timeoutSeconds="7.5"', lambda s: s.landbase.timeout_seconds, 7.5),
        ('<Hazard name="Fire"/>', "", lambda s: "Fire" in s.hazards, False),
        (
            'property="PoleID"',
            'property="pole_id"',
            lambda s: s.landbase.search_types["Pole"].properties["PoleID"],
            "pole_id",
        ),
        ('input="EPSG:4326"', 'input="EPSG:32614"', lambda s: s.input_crs, "EPSG:32614"),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_each_setting_is_read_from_the_file(old, new, read, value):
    assert read(changed(old, new)) == value


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('limit="500"', 'limit="0"', "Comments/@limit cannot be '0'"),
        ('limit="500"', 'limit="5.5"', "Comments/@limit cannot be '5.5'"),
        ('limit="500"', "", "Comments needs the attribute limit"),
        ('batchLimit="10000"', 'batchLimit="many"', "Messages/@batchLimit cannot be 'many'"),
        ('strictHeader="false"', 'strictHeader="maybe"', "Messages/@strictHeader cannot be 'maybe'"),
        ('timeZone="UTC"', 'timeZone="Mars/Olympus"', "Messages/@timeZone cannot be 'Mars/Olympus'"),
        ('timeZone="UTC"', 'timeZone="../../etc/passwd"', "Messages/@timeZone"),
        ('futureSkewSeconds="60"', 'futureSkewSeconds="-1"', "Messages/@futureSkewSeconds"),
        ('futureSkewSeconds="60"', 'futureSkewSeconds="NaN"', "Messages/@futureSkewSeconds"),
        ('futureSkewSeconds="60"', 'futureSkewSeconds="1e300"', "Messages/@futureSkewSeconds"),
        ('futureSkewSeconds="60"', 'futureSkewSeconds="1e11"', "Messages/@futureSkewSeconds"),
        ('replayWindowHours="24"', 'replayWindowHours="1e9"', "Messages/@replayWindowHours"),
        ('confirmationSeconds="10"', 'confirmationSeconds="inf"', "Ims/@confirmationSeconds"),
        ('default="1033"', 'default="7"', "the default language is not in the list"),
        ('id="21514"', 'id="Spanish"', "Language/@id cannot be 'Spanish'"),
        ('<Hazard name="Fire"/>', "<Hazard/>", "Hazard needs the attribute name"),
        ('name="IVR"', 'name=""', "CallSource needs the attribute name"),
        ('model="EPSG:2277"', 'model="EPSG:999999"', "unknown coordinate system 'EPSG:999999'"),
        ('model="EPSG:2277"', 'model="+proj=utm +zone=14"', "no area of use"),
        ('concurrency="8"', 'concurrency="0"', "Landbase/@concurrency"),
        ('collection="poles"', "", "SearchType needs the attribute collection"),
        ("<Comments", "<Comments/><Comments", "AdapterCrm needs exactly one Comments"),
        ('<Comments limit="500"/>', "", "AdapterCrm needs exactly one Comments"),
        ("</AdapterCrm>", "", "is not well-formed"),
    ],
)
def test_a_broken_edit_is_refused_with_what_is_wrong(old, new, complaint):
    with pytest.raises(ConfigurationError) as refused:
        changed(old, new)
    assert str(refused.value).startswith("AdapterCrm.xml")
    assert complaint in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("broken", ['timeZone="America"', 'timeZone="Mars"', 'timeZone=""'])
def test_a_broken_time_zone_never_stops_a_running_adapter(tmp_path, broken, caplog):
    copy_shipped_files(tmp_path)
    watched = watch_settings(tmp_path)
    (tmp_path / "AdapterCrm.xml").write_text(TEXT.replace('timeZone="UTC"', broken))
    assert watched.current().time_zone.key == "UTC"
    assert "the last good configuration stays in force" in caplog.text


def test_another_document_is_refused():
    with pytest.raises(ConfigurationError, match="the root element is Adapter, not AdapterCrm"):
        parse("<Adapter/>")
    with pytest.raises(ConfigurationError, match="is not well-formed"):
        parse("")


@pytest.mark.parametrize(
    ("old", "new"),
    [('bodyLimit="33554432"', 'bodyLimit="0"'), ('stallSeconds="10"', 'stallSeconds="-1"'), ('threads="128"', "")],
)
def test_broken_web_service_limits_are_refused(tmp_path, old, new):
    text = (SHIPPED / WEB_SERVICE).read_text(encoding="utf-8")
    assert old in text
    (tmp_path / WEB_SERVICE).write_text(text.replace(old, new))
    with pytest.raises(ConfigurationError, match=WEB_SERVICE):
        read_web_service_settings(tmp_path)


def test_shipped_files_are_copied_where_they_are_missing(tmp_path):
    folder = tmp_path / "new" / "configuration"
    copy_shipped_files(folder)
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == {
        file.name: file.read_bytes() for file in SHIPPED.glob("*.xml")
    }


def test_a_user_s_own_files_are_left_alone(tmp_path):
    (tmp_path / "AdapterCrm.xml").write_text("mine")
    copy_shipped_files(tmp_path)
    assert (tmp_path / "AdapterCrm.xml").read_text() == "mine"
    assert (tmp_path / WEB_SERVICE).exists()


@pytest.mark.parametrize(
    ("parameters", "accepted"),
    [
        ([("HouseNumber", "1"), ("StreetName", "A")], True),
        ([("StreetName", "A"), ("HouseNumber", "1"), ("Zip", "7")], True),
        ([("HouseNumber", "1")], False),
        ([("HouseNumber", "1"), ("StreetName", "A"), ("Country", "US")], False),
        ([("HouseNumber", "1"), ("StreetName", "A"), ("StreetName", "A")], False),
        ([("HouseNumber", "1"), ("StreetName", " ")], False),
        ([("HouseNumber", "1"), ("StreetName", "A"), ("City", "")], False),
        ([], False),
    ],
)
def test_a_search_type_accepts_its_own_parameters(parameters, accepted):
    assert shipped_settings().landbase.search_types["Address"].accepts(tuple(parameters)) is accepted
