"""A binomial's probabilities, exactly."""

from math import comb

import numpy as np


def binomial_pmf(n, p):
    return np.array([comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(n + 1)])
