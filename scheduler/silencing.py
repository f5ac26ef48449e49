"""Takes out of alerts what is muted, and says what it took out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from prrwatch.alert import Alert
from prrwatch.mutes import Mute, Silence
from prrwatch.story import Story
from storage.records import KeptBack


def audible(stories: Iterable[Story], silence: Silence) -> tuple[tuple[Story, ...], dict[str, Mute]]:
    """The stories that are to be told, and of the others why not."""
    found = [(story, silence.over(story)) for story in stories]
    return (
        tuple(story for story, mute in found if mute is None),
        {story.id: mute for story, mute in found if mute is not None},
    )


def unmuted(
    alerts: Sequence[Alert], stories: Iterable[Story], silence: Silence
) -> tuple[tuple[Alert, ...], tuple[KeptBack, ...]]:
    """The alerts without the muted stories, those that have none left taken out, and what was kept back."""
    _, mutes = audible(stories, silence)
    told = [replace(alert, stories=tuple(each for each in alert.stories if each not in mutes)) for alert in alerts]
    return tuple(alert for alert in told if alert.stories), tuple(kept for each in alerts for kept in held(each, mutes))


def held(alert: Alert, mutes: dict[str, Mute]) -> Iterable[KeptBack]:
    """What mutes keep out of one alert, story by story."""
    return (KeptBack(replace(alert, stories=(story,)), mutes[story].id) for story in alert.stories if story in mutes)
