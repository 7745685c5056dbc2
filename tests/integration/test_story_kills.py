"""`kill -9` of any one process at any moment of an outage's life: nothing acknowledged is missing or doubled.

CRMKIT_STORY_KILLS says how many kills (default 5), CRMKIT_SEED which moments.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Self

from adapter_processes import Control, wait_for
from crm_client import Crm
from launcher_stubs.processes_seen import on_linux, tree_of
from story_ledger import Ledger, Snapshot, check_agreement
from story_player import CUSTOMERS, Endpoints, Interrupted, Story

from crmkit.launcher import Stack, StackOptions
from crmkit.launcher.readiness import ServerGone
from crmkit.town import write_town

KILLS = int(os.environ.get("CRMKIT_STORY_KILLS", "5"))
SEED = int(os.environ.get("CRMKIT_SEED", "0")) or random.randrange(1, 1_000_000)
VICTIMS = ("soap", "worker", "background", "landbase", "ivr")
USAGE_POINTS = 1500
WORKERS, BYSTANDERS = 2, 2
LONGEST_STORY = 60.0


class Servers:
    """All servers on one data directory, as `crmkit up` runs them: when one dies, the others are stopped."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        options = StackOptions(data=self.data, workers=WORKERS)
        self._stack = Stack(options, make_town=partial(write_town, usage_points=USAGE_POINTS))
        self._urls = self._stack.__enter__()
        self.control = Control(self._urls.control)
        self.endpoints = Endpoints(Crm(self._urls.soap), self.control, Control(self._urls.ivr_control))

    def stop(self) -> None:
        self._stack.stop()

    def is_whole(self) -> bool:
        """Whether all servers run, as far as `crmkit up` sees."""
        try:
            self._stack.check()
        except ServerGone:
            return False
        return True

    def workers(self) -> list[int]:
        return tree_of(self._main("soap"))[1:]

    def kill(self, victim: str, dice: random.Random) -> None:
        pid = dice.choice(wait_for(self.workers, "a worker")) if victim == "worker" else self._main(victim)
        os.kill(pid, signal.SIGKILL)

    def at_rest(self) -> Snapshot:
        """The store once the background has nothing left to do."""
        for _ in range(100):
            self.control.ask("POST", "/background")
            snapshot = Snapshot(self.data)
            if self.control.ask("GET", "/replication")["lag"] == 0 and not snapshot.tables["dmz_outbox"]:
                return snapshot
        raise AssertionError("the background does not come to rest")

    def _main(self, name: str) -> int:
        urls = self._urls.as_dict()
        own = urls["control" if name == "background" else name].rpartition(":")[2]
        option = f"--control-port={own}" if name == "background" else f"--port={own}"
        # Workers have the options of their parent, and come after it.
        return next(pid for pid in tree_of(os.getpid()) if option in _arguments(pid))


def _arguments(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().split("\0")
    except OSError:
        return []


def stories(servers: Servers, ledger: Ledger) -> Iterator[Story]:
    """One after the other, each at a transformer of its own."""
    points = servers.control.ask("GET", "/usage-points", params={"limit": USAGE_POINTS})["items"]
    customers: dict[str, list[str]] = {}
    for each in points:
        customers.setdefault(each["transformer"], []).append(each["mrid"])
    poles = json.loads((servers.data / "town" / "landbase" / "poles.geojson").read_text())["features"]
    for number, under in enumerate((each for each in customers.values() if len(each) >= CUSTOMERS), start=1):
        yield Story(number, under[:CUSTOMERS], poles[number]["properties"]["PoleID"], ledger)


def play_until_killed(servers: Servers, story: Story, victim: str, moment: int, dice: random.Random) -> bool:
    """Play a story and kill a process at its action number `moment`; whether the story noticed."""
    reached, numbers = threading.Event(), itertools.count(1)
    lock = threading.Lock()

    def count() -> None:
        with lock:
            if next(numbers) == moment:
                reached.set()

    story.moment = count
    over = threading.Event()
    with ThreadPoolExecutor(1 + BYSTANDERS) as pool:
        playing = pool.submit(story.play, servers.endpoints)
        playing.add_done_callback(lambda _: reached.set())
        aside = [pool.submit(call_meanwhile, servers, story, over, each) for each in range(BYSTANDERS)]
        try:
            assert reached.wait(LONGEST_STORY)
            time.sleep(dice.uniform(0, 0.03))
            servers.kill(victim, dice)
        finally:
            over.set()
        if victim == "worker":
            # The server starts another one.
            wait_for(playing.done, "the end of the story", LONGEST_STORY)
            wait_for(lambda: len(servers.workers()) == WORKERS, "another worker")
            assert servers.is_whole()
        else:
            wait_for(lambda: not servers.is_whole(), "the death to be seen")
            with contextlib.suppress(Interrupted):
                story.listen_to_the_ivr(servers.endpoints)
            servers.stop()
        problem = playing.exception(LONGEST_STORY)
        for each in aside:
            each.result(LONGEST_STORY)
    story.moment = lambda: None
    if problem is not None and not isinstance(problem, Interrupted):
        raise problem
    return problem is not None


def call_meanwhile(servers: Servers, story: Story, over: threading.Event, caller: int) -> None:
    """Message after message until the kill, or until nobody answers."""
    for number in itertools.count():
        if over.is_set():
            return
        try:
            story.bystander_calls(servers.endpoints, f"{caller}-{number}")
        except Interrupted:
            return


def order_of_victims(dice: random.Random) -> Iterator[str]:
    """Each in turn, every turn in another order."""
    while True:
        yield from dice.sample(VICTIMS, len(VICTIMS))


@on_linux
def test_a_killed_process_loses_nothing_of_the_story(tmp_path: Path) -> None:
    print(f"CRMKIT_SEED={SEED} CRMKIT_STORY_KILLS={KILLS}")
    dice, ledger = random.Random(SEED), Ledger()
    noticed, settled = Counter[str](), Counter[str]()
    with Servers(tmp_path / "data") as servers:
        all_stories = stories(servers, ledger)
        first = next(all_stories)
        first.play(servers.endpoints)
        check(servers, ledger)
        length = first.actions
        for story, victim in zip(all_stories, order_of_victims(dice), strict=False):
            if story.number > KILLS + 1:
                break
            moment = dice.randint(1, length)
            print(f"story {story.number}: kill of {victim} at action {moment} of about {length}")
            noticed[victim] += play_until_killed(servers, story, victim, moment, dice)
            if victim != "worker":
                servers.start()
            whole, absent = check(servers, ledger)
            settled["whole"] += whole
            settled["absent"] += absent
            story.play(servers.endpoints)
            check(servers, ledger)
    facts = Counter(each.kind for each in ledger.acknowledged())
    print(
        f"{KILLS} kills; the story was interrupted by {dict(noticed)}; acknowledged, and there once: {dict(facts)};"
        f" {len(ledger.events)} hand-outs and results; of what was not acknowledged {settled['whole']} are there whole"
        f" and {settled['absent']} not at all"
    )


def check(servers: Servers, ledger: Ledger) -> tuple[int, int]:
    snapshot = servers.at_rest()
    check_agreement(snapshot)
    return ledger.settle(snapshot)
