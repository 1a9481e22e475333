from .claims import (
    Claim as Claim,
)
from .claims import (
    Contradictory as Contradictory,
)
from .claims import (
    Mixed as Mixed,
)
from .claims import (
    Proved as Proved,
)
from .claims import (
    Refuted as Refuted,
)
from .claims import (
    Undecided as Undecided,
)
from .claims import (
    verify_certificate as verify_certificate,
)
from .claims.induction import for_every_level as for_every_level
from .equilibria.automata import automata_values as automata_values
from .equilibria.automata import check_automata as check_automata
from .equilibria.automata import joint_play as joint_play
from .equilibria.automata import simulate as simulate
from .equilibria.automata import spe_region as spe_region
from .equilibria.batch import (
    patterns_2x2 as patterns_2x2,
)
from .equilibria.batch import (
    solve_2x2 as solve_2x2,
)
from .equilibria.batch import (
    solve_3x3 as solve_3x3,
)
from .equilibria.batch import (
    solve_small as solve_small,
)
from .equilibria.concepts import (
    MarkovPerfect as MarkovPerfect,
)
from .equilibria.concepts import (
    Nash as Nash,
)
from .equilibria.correlated import CorrelatedEquilibria as CorrelatedEquilibria
from .equilibria.critical import critical_discount as critical_discount
from .equilibria.critical import spe_conditions as spe_conditions
from .equilibria.dominance import (
    Dominance as Dominance,
)
from .equilibria.dominance import (
    dominated_actions as dominated_actions,
)
from .equilibria.dominance import (
    eliminate as eliminate,
)
from .equilibria.dominance import (
    eliminate_in_order as eliminate_in_order,
)
from .equilibria.dominance import (
    rationalizable as rationalizable,
)
from .equilibria.dominance import (
    supporting_belief as supporting_belief,
)
from .equilibria.family import Count as Count
from .equilibria.family import Family as Family
from .equilibria.feasible import (
    finite_horizon as finite_horizon,
)
from .equilibria.feasible import (
    folk_theorem as folk_theorem,
)
from .equilibria.feasible import (
    individually_rational as individually_rational,
)
from .equilibria.feasible import (
    minmax as minmax,
)
from .equilibria.markov_quantal import (
    logit_markov as logit_markov,
)
from .equilibria.markov_quantal import (
    logit_markov_branch as logit_markov_branch,
)
from .equilibria.potentials import (
    exact_potential as exact_potential,
)
from .equilibria.potentials import (
    generalised_ordinal_potential as generalised_ordinal_potential,
)
from .equilibria.potentials import (
    ordinal_potential as ordinal_potential,
)
from .equilibria.public_strategies import attain as attain
from .equilibria.quantal import (
    logit_branch as logit_branch,
)
from .equilibria.quantal import (
    logit_equilibrium as logit_equilibrium,
)
from .equilibria.quasi import quasi_parameters as quasi_parameters
from .equilibria.responses import (
    best_responses_to as best_responses_to,
)
from .equilibria.responses import (
    response_pieces as response_pieces,
)
from .equilibria.security import (
    constant_sum as constant_sum,
)
from .equilibria.security import (
    security as security,
)
from .equilibria.security import (
    solve_zero_sum as solve_zero_sum,
)
from .equilibria.solution import (
    Certificate as Certificate,
)
from .equilibria.solution import (
    Solution as Solution,
)
from .equilibria.solution import (
    Status as Status,
)
from .equilibria.solve import solve as solve
from .equilibria.solvers.directional import count as count
from .equilibria.solvers.symbolic_levels import Phase as Phase
from .equilibria.solvers.symbolic_levels import level_plan as level_plan
from .equilibria.subgame_perfect import SubgamePerfect as SubgamePerfect
from .equilibria.sustaining import bracket_discount as bracket_discount
from .equilibria.sustaining import sustainable_at as sustainable_at
from .equilibria.sustaining import sustaining_set as sustaining_set
from .errors import (
    CertificateError as CertificateError,
)
from .errors import (
    GameTheoryError as GameTheoryError,
)
from .errors import (
    InputError as InputError,
)
from .errors import (
    InputTypeError as InputTypeError,
)
from .errors import (
    ReadError as ReadError,
)
from .errors import (
    UnsupportedError as UnsupportedError,
)
from .evidence.designs import (
    Axis as Axis,
)
from .evidence.designs import (
    Grid as Grid,
)
from .evidence.designs import (
    Joint as Joint,
)
from .evidence.designs import (
    LatinHypercube as LatinHypercube,
)
from .evidence.designs import (
    Points as Points,
)
from .evidence.designs import (
    Sobol as Sobol,
)
from .evidence.designs import (
    between as between,
)
from .evidence.draws import UniformDraws as UniformDraws
from .evidence.draws import VertexDraws as VertexDraws
from .evidence.outcomes import Evaluate as Evaluate
from .evidence.outcomes import Payoff as Payoff
from .evidence.outcomes import Shown as Shown
from .evidence.patterns import Pattern as Pattern
from .evidence.refine import refine as refine
from .evidence.sweep import open_sweep as open_sweep
from .evidence.sweep import sweep as sweep
from .evidence.verdicts import verdict as verdict
from .exact import exact as exact
from .games.dynamic import DynamicGame as DynamicGame
from .games.institutions import (
    Bonus as Bonus,
)
from .games.institutions import (
    Counter as Counter,
)
from .games.institutions import (
    Fine as Fine,
)
from .games.institutions import (
    Modulate as Modulate,
)
from .games.institutions import (
    Prohibit as Prohibit,
)
from .games.institutions import (
    Sunset as Sunset,
)
from .games.institutions import (
    Tremble as Tremble,
)
from .games.institutions import (
    stepped as stepped,
)
from .games.preferences import Ordering as Ordering
from .games.stage import StageGame as StageGame
from .games.strategies import (
    Automaton as Automaton,
)
from .games.strategies import (
    always as always,
)
from .games.strategies import (
    grim as grim,
)
from .games.strategies import (
    limited_punishment as limited_punishment,
)
from .games.strategies import (
    stick_and_carrot as stick_and_carrot,
)
from .games.strategies import (
    strangulation as strangulation,
)
from .games.strategies import (
    tit_for_tat as tit_for_tat,
)
from .games.strategies import (
    tit_for_two_tats as tit_for_two_tats,
)
from .games.strategies import (
    win_stay_lose_shift as win_stay_lose_shift,
)
from .games.symmetry import player_exchange as player_exchange
from .games.topology import (
    OrdinalGame as OrdinalGame,
)
from .games.topology import (
    ordinal_game as ordinal_game,
)
from .games.topology import (
    shortest_path as shortest_path,
)
from .games.topology import (
    strict_game as strict_game,
)
from .games.topology import (
    walk as walk,
)
from .games.tree import (
    Chance as Chance,
)
from .games.tree import (
    Tree as Tree,
)
from .games.tree import (
    Turn as Turn,
)
from .interop import (
    from_nashpy as from_nashpy,
)
from .interop import (
    from_pygambit as from_pygambit,
)
from .interop import (
    from_quantecon as from_quantecon,
)
from .interop import (
    read_game as read_game,
)
from .interop import (
    to_nashpy as to_nashpy,
)
from .interop import (
    to_pygambit as to_pygambit,
)
from .interop import (
    to_quantecon as to_quantecon,
)
from .interop import (
    write_game as write_game,
)

__version__: str
