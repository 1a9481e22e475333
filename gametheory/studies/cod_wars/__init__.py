"""A second study, of another pair and another issue: Iceland, the United Kingdom, and the limits of fishing, 1952 to 1976.

Four times Iceland extended its fishing limits alone; each time Britain resisted, and each time an agreement came out of it that left
Iceland with the new limit. The weaker state acts alone here, and the institution binds the stronger one: the same vocabulary
of orderings, counters and prices, and the same fit, with no change outside this folder.

The facts are public and well known; each row of ``data/episodes.csv`` says how sure it is.
"""

from gametheory.studies.cod_wars.episodes import STUDY, load_episodes
from gametheory.studies.cod_wars.game import BASELINE, ORDERINGS, limits_game

__all__ = ["BASELINE", "ORDERINGS", "STUDY", "limits_game", "load_episodes"]
