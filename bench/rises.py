"""What the bench `reaction` reckons: when a rule's `for: k of n` holds, and what disturbed a rise in which it does not.

PURE. Times are seconds; a sample is one read of the guest's node.
"""
import dataclasses
from typing import Optional


@dataclasses.dataclass
class Sample:
    read_at: float
    value: Optional[float]  # of the guest; None: not measured, which is not hot
    node: Optional[float] = None   # the node's CPU in use, 0 to 1
    steal: Optional[float] = None  # of it taken by the machine below


def is_hot(sample, threshold):
    return sample.value is not None and sample.value > threshold


def holds_at(samples, threshold, k, n):
    """When the sample was read with which k of the last n are hot; None: never."""
    for end in range(len(samples)):
        if sum(is_hot(one, threshold) for one in samples[max(0, end + 1 - n):end + 1]) >= k:
            return samples[end].read_at
    return None


def percent(ratio):
    return "not measured" if ratio is None else f"{ratio:.0%}"


def disturbances(samples, threshold, rose):
    """A sentence for each sample since the first hot one that was not hot itself."""
    first = next((place for place, one in enumerate(samples) if is_hot(one, threshold)), None)
    if first is None:
        return [f"none of {len(samples)} samples was hot"]
    return [f"the sample read {one.read_at - rose:.3f} s after the rise was not hot ({percent(one.value)}; node's CPU "
            f"{percent(one.node)}, steal {percent(one.steal)})" for one in samples[first:] if not is_hot(one, threshold)]


def verdict(ours, peers):
    """The worst rise of those that the rule would have seen, as (ours, peer); None where there is none."""
    seen = [(mine, peer) for mine, peer in zip(ours, peers) if peer is not None]
    return max(seen, key=lambda pair: pair[0] - pair[1]) if seen else None
