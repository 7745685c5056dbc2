"""The kit as a target's IVR and landbase, on the addresses of a profile."""

from __future__ import annotations

from pathlib import Path

import pytest
import requests

from crmkit.launcher.errors import LaunchRefused
from crmkit.listening.neighbours import neighbours
from crmkit.profile.model import LandbaseListener, Listen, Listener

ANYWHERE = "127.0.0.1:0"
ADAPTER = "http://127.0.0.1:9"


def test_both_are_served_and_told_how_to_behave() -> None:
    said: list[str] = []
    listen = Listen(ivr=Listener(address=ANYWHERE), landbase=LandbaseListener(address=ANYWHERE))
    with neighbours(listen, ADAPTER, say=said.append) as urls:
        assert set(urls) == {"ivr", "ivr_control", "landbase", "landbase_control"}
        assert requests.get(f"{urls['landbase']}/collections", timeout=5).json()["collections"]
        assert requests.get(f"{urls['landbase_control']}/health", timeout=5).ok
        assert requests.get(f"{urls['ivr_control']}/journal", timeout=5).json() == {"dropped": 0, "items": []}
        wsdl = requests.get(f"{urls['ivr']}/SendCallBacksService?wsdl", timeout=5).text
        assert f'location="{urls["ivr"]}/SendCallBacksService"' in wsdl
        assert said == [
            f"listening as landbase at {urls['landbase']}",
            f"listening as IVR at {urls['ivr']}/SendCallBacksService",
        ]
    with pytest.raises(requests.ConnectionError):
        requests.get(f"{urls['ivr_control']}/health", timeout=5)


def test_nothing_is_started_that_the_profile_does_not_ask_for() -> None:
    with neighbours(Listen(), ADAPTER) as urls:
        assert urls == {}
    with neighbours(Listen(ivr=Listener(address=ANYWHERE)), ADAPTER) as urls:
        assert set(urls) == {"ivr", "ivr_control"}


def test_the_public_url_stands_in_what_is_said_and_served() -> None:
    said: list[str] = []
    public = "https://kit.example:8443"
    listen = Listen(
        ivr=Listener(address=ANYWHERE, public_url=f"{public}/ivr"),
        landbase=LandbaseListener(address=ANYWHERE, public_url=f"{public}/land"),
    )
    with neighbours(listen, ADAPTER, say=said.append) as urls:
        assert said == [
            f"listening as landbase at {public}/land",
            f"listening as IVR at {public}/ivr/SendCallBacksService",
        ]
        wsdl = requests.get(f"{urls['ivr']}/SendCallBacksService?wsdl", timeout=5).text
        assert f'location="{public}/ivr/SendCallBacksService"' in wsdl
        links = requests.get(f"{urls['landbase']}/", timeout=5).json()["links"]
        assert [link["href"] for link in links if link["rel"] == "data"] == [f"{public}/land/collections"]
        page = requests.get(f"{urls['landbase']}/collections/poles/items?limit=1", timeout=5).json()["links"]
        # What the page itself and the following one are called.
        assert [link["href"] for link in page] == [
            f"{public}/land/collections/poles/items?limit=1",
            f"{public}/land/collections/poles/items?limit=1&offset=1",
        ]


def test_a_folder_that_is_no_town_is_refused(tmp_path: Path) -> None:
    listen = Listen(landbase=LandbaseListener(address=ANYWHERE, town=tmp_path / "none"))
    with (
        pytest.raises(LaunchRefused, match=r"\[listen.landbase\] refuses to start: .*none") as refused,
        neighbours(listen, ADAPTER),
    ):
        pass
    assert "\n" not in str(refused.value)
