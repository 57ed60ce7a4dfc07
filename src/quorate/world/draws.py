"""Random numbers that depend on nothing but what they are for.

Each is drawn from (seed, purpose, unit, occasion) by Philox-4x64-10, a counter-based generator (Salmon, Moraes, Dror
and Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011), so the same unit draws the same number whatever else
is simulated beside it, in whatever order, by however many processes. It is NumPy's `Philox`, block for block.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import Any

import numpy as np
from numba import njit, uint64
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_M0, _M1 = np.uint64(0xD2E7470EE14C6C93), np.uint64(0xCA5A826395121157)
_W0, _W1 = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBB67AE8584CAA73B)
_LOW, _HALF, _DROP = np.uint64(0xFFFFFFFF), np.uint64(32), np.uint64(11)
_ULP = 2.0**-53


@njit(inline="always")
def _high(a: Any, b: Any) -> Any:
    """The upper 64 bits of a product."""
    a0, a1, b0, b1 = a & _LOW, a >> _HALF, b & _LOW, b >> _HALF
    middle = a1 * b0 + ((a0 * b0) >> _HALF)
    cross = a0 * b1 + (middle & _LOW)
    return a1 * b1 + (middle >> _HALF) + (cross >> _HALF)


@njit(inline="always")
def block(key0: Any, key1: Any, x0: Any, x1: Any, x2: Any, x3: Any) -> Any:
    """One block of Philox-4x64-10: four 64-bit numbers for a key and a counter."""
    for _ in range(10):
        h0, l0 = _high(_M0, x0), _M0 * x0
        h1, l1 = _high(_M1, x2), _M1 * x2
        x0, x1, x2, x3 = h1 ^ x1 ^ key0, l1, h0 ^ x3 ^ key1, l0
        key0, key1 = key0 + _W0, key1 + _W1
    return x0, x1, x2, x3


@njit(inline="always")
def unit_interval(bits: Any) -> Any:
    """A number in [0, 1) from the upper 53 bits."""
    return float(bits >> _DROP) * _ULP


@njit(cache=True, nogil=True)
def _uniform(seed: Any, purpose: Any, units: Any, occasions: Any, out: Any) -> None:
    for i in range(len(out)):
        bits, _, _, _ = block(
            uint64(seed), uint64(purpose), uint64(units[i]), uint64(occasions[i]), uint64(0), uint64(0)
        )
        out[i] = unit_interval(bits)


@njit(inline="always")
def binomial_of(u: Any, n: Any, p: Any) -> Any:
    """The smallest k with P(X <= k) > u for X ~ Binomial(n, p), by inversion from the likelier end."""
    if n <= 0 or p <= 0.0:
        return 0
    if p >= 1.0:
        return n
    q = p if p <= 0.5 else 1.0 - p
    mass = (1.0 - q) ** n
    total = mass
    k = 0
    ratio = q / (1.0 - q)
    while u >= total and k < n:
        k += 1
        mass *= ratio * (n - k + 1) / k
        total += mass
        if mass < 1e-300:
            break
    return k if p <= 0.5 else n - k


@njit(cache=True, nogil=True)
def _binomial(seed: Any, purpose: Any, units: Any, occasions: Any, n: Any, p: Any, out: Any) -> None:
    for i in range(len(out)):
        bits, _, _, _ = block(
            uint64(seed), uint64(purpose), uint64(units[i]), uint64(occasions[i]), uint64(0), uint64(0)
        )
        out[i] = binomial_of(unit_interval(bits), n[i], p[i])


def purpose_of(name: str) -> int:
    """The number that stands for what a draw is for."""
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "big")


class Draws:
    """Draws of one run. Every method takes what the numbers are for (`purpose`, any text), for which units (their
    numbers) and on which occasion (a day, a matter's number; one for all units or one each), and gives one number for
    each unit. Ask twice, get the same.
    """

    def __init__(self, seed: int) -> None:
        self.seed = np.uint64(seed % 2**64)
        self._purposes: dict[str, np.uint64] = {}

    def uniform(self, purpose: str, units: Any, occasion: Any = 0) -> Floats:
        """Numbers in [0, 1)."""
        keys, when = self._keys(units, occasion)
        out = np.empty(len(keys))
        _uniform(self.seed, self._purpose(purpose), keys, when, out)
        return out

    def chance(self, purpose: str, units: Any, occasion: Any, rate: Any) -> NDArray[np.bool_]:
        """Whether something of probability `rate` (one for all, or one each) happens."""
        return np.asarray(self.uniform(purpose, units, occasion) < rate)

    def whole(self, purpose: str, units: Any, occasion: Any, least: Any, most: Any) -> Ints:
        """Whole numbers from `least` to `most`, both among them."""
        span = np.maximum(np.asarray(most) - np.asarray(least) + 1, 1)
        return np.asarray(least + np.floor(self.uniform(purpose, units, occasion) * span), np.int64)

    def binomial(self, purpose: str, units: Any, occasion: Any, n: Any, p: Any) -> Ints:
        """How many of `n` do what each does with probability `p`."""
        keys, when = self._keys(units, occasion)
        out = np.empty(len(keys), np.int64)
        many, rate = np.full(out.shape, n, np.int64), np.full(out.shape, p, np.float64)
        _binomial(self.seed, self._purpose(purpose), keys, when, many, rate, out)
        return out

    def delay(self, purpose: str, units: Any, occasion: Any, mean: Any) -> Ints:
        """Whole days, nought or more, geometric with that mean: the waiting time of what each day has the same chance
        to be done.
        """
        stay = np.asarray(mean, np.float64) / (1.0 + np.asarray(mean, np.float64))
        u = 1.0 - self.uniform(purpose, units, occasion)
        with np.errstate(divide="ignore", invalid="ignore"):
            days = np.floor(np.log(u) / np.log(stay))
        return np.where(stay > 0, days, 0).astype(np.int64)

    def _purpose(self, name: str) -> np.uint64:
        found = self._purposes.get(name)
        if found is None:
            found = self._purposes[name] = np.uint64(purpose_of(name))
        return found

    @staticmethod
    def _keys(units: Any, occasion: Any) -> tuple[Ints, Ints]:
        keys = np.atleast_1d(np.asarray(units, np.int64))
        when = np.asarray(occasion, np.int64)
        return keys, when if when.shape == keys.shape else np.full(keys.shape, when)
