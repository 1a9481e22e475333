"""A second, naive search for all Markov perfect equilibria of directional games: floating point, by determinants.

In a state that play may stay in, player i's value V and the other's mix y on equal-sized supports I, J satisfy
(R + V (P - 1)) y = 0, where R holds rewards and later values and P discounted probabilities of staying: V is a root of the
determinant, y spans the kernel. This shares nothing with the package, which eliminates V and solves for y. It is complete
for games without ties only, and refuses to answer (returns None) whenever a decision is closer than a tolerance.
"""

from itertools import combinations, product

import numpy as np

NEAR = 1e-7


class CloseCall(Exception):
    """A decision too close for floating point."""


def all_equilibria(A, B, T, delta, states):
    """All equilibria of the game with rewards A[s], B[s] and transitions T[s][i][j][t], t >= s; None on a close call."""
    try:
        return _extend(A, B, T, delta, states - 1, [None] * states, [None] * states)
    except CloseCall:
        return None


def _extend(A, B, T, delta, s, profile, values):
    if s < 0:
        return [(tuple(profile), tuple(values))]
    tables = []
    for i, reward in enumerate((A, B)):
        d = delta[i]
        table = np.array(reward[s], float) * (1 - d)
        for t in range(s + 1, len(values)):
            table = table + d * np.array(T[s], float)[:, :, t] * values[t][i]
        tables.append((table, d * np.array(T[s], float)[:, :, s]))
    found = []
    for x, y, v, w in _state(*tables):
        profile[s], values[s] = (x, y), (v, w)
        found += _extend(A, B, T, delta, s - 1, list(profile), list(values))
    return found


def _state(first, second):
    (r, p), (q, u) = first, second
    m, n = r.shape
    for size in range(1, min(m, n) + 1):
        for rows, columns in product(combinations(range(m), size), combinations(range(n), size)):
            ys = list(_mixes(r, p, rows, columns))
            if not ys:
                continue
            for (y, v), (x, w) in product(ys, list(_mixes(q.T, u.T, columns, rows))):
                yield x, y, v, w


def _mixes(reward, stay, mine, theirs):
    """The other's mixes on ``theirs`` that make ``mine`` indifferent and best, with the value."""
    size = len(mine)
    r = reward[np.ix_(mine, theirs)]
    p = stay[np.ix_(mine, theirs)] - 1
    points = np.arange(size + 1) - size / 2
    polynomial = np.polyfit(points, [np.linalg.det(r + v * p) for v in points], size)
    while len(polynomial) > 1 and abs(polynomial[0]) < 1e-9 * abs(polynomial).max():
        polynomial = polynomial[1:]
    values = []
    for v in np.roots(polynomial):
        if abs(v.imag) > NEAR:
            continue
        if v.imag != 0:
            raise CloseCall
        values.append(_polish(r, p, v.real))
    if any(abs(a - b) < NEAR for a, b in combinations(values, 2)):
        raise CloseCall
    for v in values:
        _, singular, vectors = np.linalg.svd(r + v * p)
        if size > 1 and singular[-2] < NEAR:
            raise CloseCall
        y = vectors[-1] / vectors[-1].sum() if abs(vectors[-1].sum()) > NEAR else vectors[-1] / NEAR
        if (abs(y) < NEAR).any():
            raise CloseCall
        if (y < 0).any():
            continue
        full = np.zeros(reward.shape[1])
        full[list(theirs)] = y
        worth = reward @ full + v * (stay @ full)
        others = [a for a in range(len(worth)) if a not in mine]
        if (abs(worth[others] - v) < NEAR).any():
            raise CloseCall
        if (worth[others] < v).all():
            yield full, v


def _polish(r, p, v):
    for _ in range(3):
        matrix = r + v * p
        slope = sum(
            np.linalg.det(np.column_stack([p[:, k] if k == c else matrix[:, k] for k in range(len(r))]))
            for c in range(len(r))
        )
        if slope == 0:
            return v
        v = v - np.linalg.det(matrix) / slope
    return v


def draw(rng, *, states, actions, loops=0.6):
    """A random directional game in small integers: rewards, transitions to this state or later ones, discount factors."""
    A = [[[rng.randint(-20, 20) for _ in range(actions)] for _ in range(actions)] for _ in range(states)]
    B = [[[rng.randint(-20, 20) for _ in range(actions)] for _ in range(actions)] for _ in range(states)]
    T = []
    for s in range(states):
        stays = s == states - 1 or rng.random() < loops
        table = []
        for _ in range(actions):
            row = []
            for _ in range(actions):
                weights = [0] * s + [rng.randint(0, 3) if stays else 0] + [rng.randint(0, 2) for _ in range(s + 1, states)]
                if not any(weights):
                    weights[-1] = 1
                row.append(weights)
            table.append(row)
        T.append(table)
    return A, B, T, (rng.randint(1, 19), rng.randint(1, 19))


def as_fractions(T, fraction):
    """Weights as probabilities."""
    return [[[[fraction(w, sum(cell)) for w in cell] for cell in row] for row in table] for table in T]


def same(found, expected):
    """Whether two lists of (profile, values) agree to six digits."""
    return len(found) == len(expected) and contained(found, expected)


def contained(found, expected):
    """Whether each of the found ones is one of the expected, each of these used once."""
    left, right = [np.array([_numbers(e) for e in side], float) for side in (found, expected)]
    used = np.zeros(len(right), bool)
    for row in left:
        gap = abs(right - row).max(axis=1) + 10.0 * used
        k = int(gap.argmin())
        if gap[k] > 1e-6:
            return False
        used[k] = True
    return True


def _numbers(equilibrium):
    profile, values = equilibrium
    return np.concatenate([np.asarray(part, float) for pair in profile for part in pair] + [np.asarray(v, float) for v in values])
