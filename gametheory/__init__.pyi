from .equilibria.automata import (
    check_automata as check_automata,
    spe_region as spe_region,
)
from .equilibria.batch import (
    patterns_2x2 as patterns_2x2,
    solve_2x2 as solve_2x2,
    solve_3x3 as solve_3x3,
    solve_small as solve_small,
)
from .equilibria.concepts import (
    MarkovPerfect as MarkovPerfect,
    Nash as Nash,
)
from .equilibria.correlated import CorrelatedEquilibria as CorrelatedEquilibria
from .equilibria.dominance import (
    Dominance as Dominance,
    dominated_actions as dominated_actions,
    eliminate as eliminate,
    eliminate_in_order as eliminate_in_order,
    rationalizable as rationalizable,
    supporting_belief as supporting_belief,
)
from .equilibria.potentials import (
    exact_potential as exact_potential,
    generalised_ordinal_potential as generalised_ordinal_potential,
    ordinal_potential as ordinal_potential,
)
from .equilibria.quantal import (
    logit_branch as logit_branch,
    logit_equilibrium as logit_equilibrium,
)
from .equilibria.responses import (
    best_responses_to as best_responses_to,
    response_pieces as response_pieces,
)
from .equilibria.security import (
    constant_sum as constant_sum,
    security as security,
    solve_zero_sum as solve_zero_sum,
)
from .equilibria.solution import (
    Certificate as Certificate,
    Solution as Solution,
    Status as Status,
)
from .equilibria.solve import solve as solve
from .equilibria.solvers.directional import count as count
from .equilibria.subgame_perfect import SubgamePerfect as SubgamePerfect
from .errors import (
    CertificateError as CertificateError,
    GameTheoryError as GameTheoryError,
    InputError as InputError,
    InputTypeError as InputTypeError,
    ReadError as ReadError,
    UnsupportedError as UnsupportedError,
)
from .evidence.patterns import Pattern as Pattern
from .evidence.verdicts import verdict as verdict
from .exact import exact as exact
from .games.dynamic import DynamicGame as DynamicGame
from .games.institutions import (
    Bonus as Bonus,
    Counter as Counter,
    Fine as Fine,
    Modulate as Modulate,
    Prohibit as Prohibit,
    Sunset as Sunset,
    Tremble as Tremble,
    stepped as stepped,
)
from .games.preferences import Ordering as Ordering
from .games.stage import StageGame as StageGame
from .games.topology import (
    OrdinalGame as OrdinalGame,
    ordinal_game as ordinal_game,
    shortest_path as shortest_path,
    strict_game as strict_game,
    walk as walk,
)
from .games.tree import (
    Chance as Chance,
    Tree as Tree,
    Turn as Turn,
)
from .interop import (
    from_nashpy as from_nashpy,
    from_pygambit as from_pygambit,
    from_quantecon as from_quantecon,
    read_game as read_game,
    to_nashpy as to_nashpy,
    to_pygambit as to_pygambit,
    to_quantecon as to_quantecon,
    write_game as write_game,
)

__version__: str
