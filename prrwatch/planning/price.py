"""The price of a look: what makes the looks of all sources together just use up the budget of requests.

One price for all is what an optimal split of a budget comes to: at the optimum no request would save more delay at
another source (the Lagrange multiplier of Cho and Garcia-Molina, ACM TODS 28(4), 2003). A host with a budget of its
own has a higher one for its sources.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from prrwatch.planning.chain import Limits
from prrwatch.planning.tempo import Tempo

#: Between these prices (hours of delay of a relevant item that a request must save) every budget is met that can be.
_CHEAPEST, _DEAREST = 1e-7, 1e6
_HALVINGS = 40
#: By how much a day's correction may move the price.
_CORRECTION = 1.5


@dataclass(frozen=True, slots=True)
class Stake:
    """One source in the split of the budget."""

    tempo: Tempo
    limits: Limits
    requests: float = 1.0  #: what one look costs
    host: str = ""  #: see `prrwatch.urls.host_key`


def demand(stake: Stake, price: float) -> float:
    """Requests an hour that the source takes at a price."""
    return _Demand.of(stake).at(price)


def fleet_price(stakes: Iterable[Stake], budget: float) -> float:
    """The price at which the sources together take `budget` requests an hour, by bisection.

    A budget that the limits alone exceed gives the dearest price: every source is then looked at as seldom as it may.
    """
    demands = [_Demand.of(stake) for stake in stakes]
    low, high = _CHEAPEST, _DEAREST
    for _ in range(_HALVINGS):
        middle = (low * high) ** 0.5
        if sum(each.at(middle) for each in demands) > budget:
            low = middle
        else:
            high = middle
    return high


def host_prices(stakes: Iterable[Stake], price: float, budgets: Mapping[str, float]) -> dict[str, float]:
    """The prices of the hosts that would exceed their own budget (requests an hour) at the fleet's price."""
    of_host: dict[str, list[Stake]] = {}
    for stake in stakes:
        of_host.setdefault(stake.host, []).append(stake)
    dearer = {}
    for host, members in of_host.items():
        limit = budgets.get(host)
        if limit is not None and sum(demand(member, price) for member in members) > limit:
            dearer[host] = max(fleet_price(members, limit), price)
    return dearer


def corrected(correction: float, spent: float, budget: float) -> float:
    """The factor by which the price is to be multiplied, moved once a day by what was spent of the budget of a week.

    Demand goes with the inverse root of the price, so a tenth too much asks for a price a fifth higher; half of that
    is done at a time.
    """
    if spent <= 0 or budget <= 0:
        return correction
    step = min(max(spent / budget, 1 / _CORRECTION), _CORRECTION)
    return min(max(correction * step, 1e-3), 1e3)


@dataclass(frozen=True, slots=True)
class _Demand:
    """`demand` with what does not depend on the price taken out of the loop."""

    requests: float
    root: float  #: of 2 * requests / relevance
    shortest: float
    longest: float
    saving: float

    @classmethod
    def of(cls, stake: Stake) -> _Demand:
        tempo, limits = stake.tempo, stake.limits
        longest = max(min(limits.longest, tempo.room / tempo.rate), limits.shortest)
        root = (2 * stake.requests / max(tempo.relevant, 1e-12)) ** 0.5
        return cls(stake.requests, root, limits.shortest, longest, tempo.week.roots())

    def at(self, price: float) -> float:
        free: float = self.root * price**0.5
        if free >= self.longest:
            return self.requests / self.longest
        return self.requests / max(free, self.shortest) * (self.saving if free > self.shortest else 1.0)
