"""Random elections for tests and measurements, the same from the same seed."""

from random import Random

NAMES = tuple("abcdefgh")


def rankings(random: Random, *, partial: bool = True, shared: bool = False):
    """Draw (candidates, seats, ballots): voters of a few camps, so that favourites and surpluses arise."""
    candidates = NAMES[: random.randint(3, 8)]
    seats = random.randint(1, len(candidates) - 1)
    camps = [random.sample(candidates, len(candidates)) for _ in range(random.randint(1, 4))]
    ballots = []
    for _ in range(random.randint(5, 40)):
        order = list(random.choice(camps))
        for _ in range(random.randint(0, 3)):
            one, other = random.randrange(len(order)), random.randrange(len(order))
            order[one], order[other] = order[other], order[one]
        if partial:
            order = order[: random.randint(1, len(order))]
        ranks = [[name] for name in order]
        if shared and len(ranks) > 1 and random.random() < 0.5:
            ranks[-2:] = [ranks[-2] + ranks[-1]]
        ballots.append((random.randint(1, 3), ranks))
    return candidates, seats, ballots


def choices(random: Random):
    """Draw (candidates, seats, ballots) of one name or none each."""
    candidates = NAMES[: random.randint(2, 8)]
    ballots = [(random.randint(1, 9), random.choice((*candidates, None))) for _ in range(random.randint(1, 15))]
    return candidates, random.randint(1, len(candidates)), ballots


def approvals(random: Random):
    """Draw (candidates, seats, ballots) of any set of names each."""
    candidates = NAMES[: random.randint(2, 8)]
    ballots = [
        (random.randint(1, 9), random.sample(candidates, random.randint(0, len(candidates))))
        for _ in range(random.randint(1, 15))
    ]
    return candidates, random.randint(1, len(candidates)), ballots


def slates(random: Random):
    """Draw (candidates, seats, ballots) of a yes, a no or nothing per name."""
    candidates = NAMES[: random.randint(2, 8)]
    words = [{name: random.choice(("yes", "yes", "no", None)) for name in candidates} for _ in range(12)]
    ballots = [(random.randint(1, 9), {name: word for name, word in says.items() if word}) for says in words]
    return candidates, random.randint(1, len(candidates)), ballots


def weights(random: Random):
    """Draw (weights, seats): weights of one order of magnitude or of very different ones."""
    top = random.choice((10, 1_000, 1_000_000))
    drawn = {name: random.randint(1, top) for name in NAMES[: random.randint(2, 8)]}
    return drawn, random.randint(1, 60)
