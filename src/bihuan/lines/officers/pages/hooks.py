"""What this line shows on the pages of projects, and what it has seen of their progress."""

from bihuan.lines.officers.pages import board
from bihuan.lines.officers.visits import selectors as visits
from bihuan.lines.projects import contracts as projects

projects.ON_PROJECT.bind(board.on_project)
projects.PROGRESS_SEEN.bind(visits.progress_seen)
