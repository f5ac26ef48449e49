"""Which documents tell the same event: copies by their wording, other reports by what they tell.

1. `sketch` and `fingerprint` keep of a document what can be compared without its text.
2. The store finds candidates: filed under a key (`blocks`) that the newcomer may share (`probes`), or in its wording.
3. `assign` weighs the newcomer against each candidate (`scoring`) and joins the best story, or opens one, and says why.
4. A document that tells several stories may show that they are one (`one_event`), an edited one that it belongs
   elsewhere (`is_stray`).
"""

from prrwatch.stories.assigning import assign, group, group_tellings, story_id
from prrwatch.stories.blocking import blocks, probes
from prrwatch.stories.copies import COPY, SKETCH_SIZE, TOO_SHORT, Sketch, containment, sketch
from prrwatch.stories.late import MOST_MEMBERS, is_stray, one_event
from prrwatch.stories.rarity import Rarity
from prrwatch.stories.record import Assignment, Candidate, Day, Fingerprint, Telling
from prrwatch.stories.scoring import SAME_EVENT, Likeness, likeness
from prrwatch.stories.taking import fingerprint, keys

__all__ = [
    "COPY",
    "MOST_MEMBERS",
    "SAME_EVENT",
    "SKETCH_SIZE",
    "TOO_SHORT",
    "Assignment",
    "Candidate",
    "Day",
    "Fingerprint",
    "Likeness",
    "Rarity",
    "Sketch",
    "Telling",
    "assign",
    "blocks",
    "containment",
    "fingerprint",
    "group",
    "group_tellings",
    "is_stray",
    "keys",
    "likeness",
    "one_event",
    "probes",
    "sketch",
    "story_id",
]
