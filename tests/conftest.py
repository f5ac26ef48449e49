"""What holds for every test."""

import os

from hypothesis import settings

# A slow machine is no failure; and the gate must judge the change, not the dice: it draws the same examples every time.
settings.register_profile("house", deadline=None)
settings.register_profile("gate", deadline=None, derandomize=True)
settings.load_profile("gate" if os.environ.get("CI") else "house")
