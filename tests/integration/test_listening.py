"""The kit as a target's IVR and landbase, on the addresses of a profile."""

from __future__ import annotations

import re
import socket
from pathlib import Path

import pytest
import requests
from adapter_processes import Adapter
from verify_command import verify

from crmkit.launcher.errors import LaunchRefused
from crmkit.launcher.ports import pick_free
from crmkit.profile.model import LandbaseListener, Listen, Listener
from crmkit.town import write_town
from crmkit.verifying.neighbours import neighbours

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


def test_rows_with_neighbours_run_through_the_listeners_of_a_profile(tmp_path: Path) -> None:
    """The adapter knows nothing of the kit but the addresses that it calls."""
    ivr_port, landbase_port = pick_free("127.0.0.1", 2)
    data = tmp_path / "data"
    write_town(data / "town", usage_points=500)
    landbase, ivr = f"http://127.0.0.1:{landbase_port}", f"http://127.0.0.1:{ivr_port}"
    with Adapter(data, landbase=landbase, ivr=ivr).start() as adapter:
        assert adapter.control.ask("GET", "/neighbours")["ivr_control"] is None
        profile = tmp_path / "profile.toml"
        profile.write_text(
            f"""
[target]
base_url = "{adapter.base_url}"
control = "{adapter.control.url}"
[listen.ivr]
address = "127.0.0.1:{ivr_port}"
[listen.landbase]
address = "127.0.0.1:{landbase_port}"
town = "{data / "town"}"
""",
            encoding="utf-8",
        )
        run = verify("--profile", str(profile), "--rows", "9.1-*,5.1-25,5.1-26,5.1-27")
        assert run.returncode == 0, run.stdout + run.stderr
        assert f"listening as IVR at {ivr}/SendCallBacksService" in run.stdout
        ended = re.findall(r"^(\d\.\d-\d\d) +(\S+) ", run.stdout, re.MULTILINE)
        wanted = ["5.1-25", "5.1-26", "5.1-27", "9.1-01", "9.1-02", "9.1-03", "9.1-04"]
        assert dict(ended) == dict.fromkeys(wanted, "passed")


def test_a_port_that_somebody_holds_ends_the_run_before_it_begins(tmp_path: Path) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen(1)
        port = holder.getsockname()[1]
        profile = tmp_path / "profile.toml"
        profile.write_text(
            f'[target]\nbase_url = "http://127.0.0.1:{port}"\n[listen.ivr]\naddress = "127.0.0.1:{port}"\n',
            encoding="utf-8",
        )
        run = verify("--profile", str(profile))
    said = f"[listen.ivr] address 127.0.0.1:{port}: the port is in use; choose another one, or 0 for a free one"
    assert (run.returncode, run.stderr) == (2, f"crmkit verify: {said}\n")
