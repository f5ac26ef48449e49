"""Charts as geometry: pure functions from numbers to places on a drawing; the templates write them as SVG.

Drawn on the server, and not by Vega in the browser: the pages then need no script (the policy forbids all), say the
same on paper, in a text browser and to a screen reader, and cost 5 kB instead of 800. What Vega would add, hovering and
zooming, is in the table under each chart. Drawings are 340 units wide, so that their words keep their size on a phone.
"""

WIDTH = 340
