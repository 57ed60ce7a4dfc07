"""The published rules written out a second time, as plainly as can be, to hold the package's counters to."""

from fractions import Fraction


class LotNeeded(Exception):
    """The rules of 2007 would draw a lot here."""


def pick(names, stages, best):
    """Rules 49 and 51: most (or fewest) votes now, else at the last earlier stage with a difference."""
    left = list(names)
    for stage in reversed(stages):
        wanted = best(stage[name] for name in left)
        left = [name for name in left if stage[name] == wanted]
        if len(left) == 1:
            return left[0]
    raise LotNeeded


def stv(candidates, seats, papers):
    """Count one physical paper at a time by rules 45 to 52; papers are lists of names.

    Returns (elected, votes at the end, whether anyone rose to the quota while a further surplus waited).
    """
    slips = [{"says": list(paper), "at": paper[0], "value": Fraction(1)} for paper in papers if paper]
    quota = len(slips) // (seats + 1) + 1
    elected, excluded, moved, stages, rose_while_waiting = [], [], [], [], False

    def held(name):
        return sum((slip["value"] for slip in slips if slip["at"] == name), Fraction(0))

    def transfer(name, rate):
        for slip in slips:
            if slip["at"] != name:
                continue
            heirs = [other for other in slip["says"] if other not in elected and other not in excluded]
            slip["value"] *= rate
            slip["at"] = heirs[0] if heirs else None

    def totals():
        return {name: Fraction(quota) if name in moved else held(name) for name in candidates}

    while True:
        stages.append(totals())
        continuing = [name for name in candidates if name not in elected and name not in excluded]
        waiting = [name for name in elected if name not in moved and stages[-1][name] > quota]
        risen = [name for name in continuing if stages[-1][name] >= quota]
        rose_while_waiting = rose_while_waiting or bool(waiting and risen)
        elected += risen
        continuing = [name for name in continuing if name not in risen]
        if len(elected) == seats:
            break
        if len(continuing) <= seats - len(elected):
            elected += continuing
            break
        waiting = [name for name in elected if name not in moved and stages[-1][name] > quota]
        if waiting:
            name = pick(waiting, stages, max)
            transfer(name, (stages[-1][name] - quota) / stages[-1][name])
            moved.append(name)
        else:
            name = pick(continuing, stages, min)
            excluded.append(name)
            if len(continuing) - 1 == seats - len(elected):
                elected += [other for other in continuing if other != name]
                break
            transfer(name, 1)
    return elected, stages[-1], rose_while_waiting


def schwartz_dropping(options, papers):
    """Drop the weakest defeats within the Schwartz set until there are none; return the options left.

    Papers are (how many, {option: rank}); options without a rank are last.
    """

    def above(one, other):
        last = len(options) + 1
        return sum(many for many, rank in papers if rank.get(one, last) < rank.get(other, last))

    count = {(one, other): above(one, other) for one in options for other in options if one != other}
    defeats = {pair for pair in count if count[pair] > count[pair[::-1]]}
    while True:
        reach = set(defeats)
        while True:
            further = {(a, d) for a, b in reach for c, d in reach if b == c and a != d} - reach
            if not further:
                break
            reach |= further
        schwartz = [
            one
            for one in options
            if all((one, other) in reach or (other, one) not in reach for other in options if other != one)
        ]
        inside = [pair for pair in defeats if pair[0] in schwartz and pair[1] in schwartz]
        if not inside:
            return schwartz
        weakest = min((count[pair], -count[pair[::-1]]) for pair in inside)
        defeats -= {pair for pair in inside if (count[pair], -count[pair[::-1]]) == weakest}
