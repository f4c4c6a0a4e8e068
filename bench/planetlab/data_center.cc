#include "bench/planetlab/data_center.h"

#include <algorithm>
#include <cmath>

namespace hotspot::planetlab {
namespace {

constexpr double kKeptWhileLeaving = 0.9, kNeededWhileArriving = 0.1;

// A little above one is one: sums in another order.
double as_share(double mips, double capacity) {
  const double share = mips / capacity;
  return share > 1 && share < 1.01 ? 1 : share;
}

}  // namespace

void History::push(double share) {
  std::copy_backward(shares.begin(), shares.end() - 1, shares.end());
  shares[0] = share;
  size = std::min(size + 1, kLength);
}

double Host::share() const { return as_share(used, kind_of_host(index).mips); }

DataCenter::DataCenter(const Day& day)
    : day_(day), vms_(day.traces.size()), hosts_(kHosts), vm_entries_(vms_.size()), host_entries_(kHosts) {
  const std::size_t of_a_kind = (vms_.size() + kVmKinds.size() - 1) / kVmKinds.size();
  for (std::size_t i = 0; i < vms_.size(); ++i) vms_[i].kind = i / of_a_kind;
  for (std::size_t i = 0; i < hosts_.size(); ++i) hosts_[i].index = i;
}

void DataCenter::place(std::size_t vm, std::size_t host) {
  vms_[vm].host = host;
  hosts_[host].places.push_back({vm, Place::Way::kHere});
}

void DataCenter::set_demands(double seconds, Instant instant) {
  for (std::size_t i = 0; i < vms_.size(); ++i) {
    Vm& vm = vms_[i];
    if (vm.state == Vm::State::kRemoved) continue;
    vm.share = share_at(day_.traces[i], seconds);
    vm.demand = vm.share * vm.mips();
    if (instant == Instant::kTick) vm.history.push(vm.share);
  }
}

void DataCenter::advance(double seconds, Instant instant) {
  set_demands(seconds, instant);
  const double elapsed = seconds - now_;
  now_ = seconds;
  for (std::size_t i = 0; i < hosts_.size(); ++i) {
    update(i);
    Host& host = hosts_[i];
    const HostKind& kind = kind_of_host(i);
    if (elapsed <= 0 || host.used_before == 0) continue;
    const double before = watts_at(kind.watts, as_share(host.used_before, kind.mips));
    joules_ += (before + watts_at(kind.watts, host.share())) / 2 * elapsed;
  }
}

void DataCenter::update(std::size_t host) {
  hosts_[host].used_before = hosts_[host].used;
  hosts_[host].used = allocate(host);
  write_down(host);
}

// Returns the MIPS in use. A machine that leaves gets nine tenths but still needs all; one that comes needs a tenth.
double DataCenter::allocate(std::size_t index) {
  Host& host = hosts_[index];
  const HostKind& kind = kind_of_host(index);
  double remaining = kind.mips, needed = 0;
  bool short_of = false;
  for (const Place& place : host.places) {
    const double capped = std::min(vms_[place.vm].demand, kind.core_mips);
    const double need = place.way == Place::Way::kIn ? capped * kNeededWhileArriving : capped;
    needed += need;
    short_of = short_of || remaining < need;
    remaining -= need;
  }
  const double scale = kind.mips / needed;
  double used = 0;
  host.requested = 0;
  for (const Place& place : host.places) {
    Vm& vm = vms_[place.vm];
    const double capped = std::min(vm.demand, kind.core_mips);
    host.requested += vm.demand;
    if (place.way == Place::Way::kIn) {
      const double got = capped * kNeededWhileArriving;
      used += short_of ? std::floor(got * scale) : got;
      continue;
    }
    const double kept = place.way == Place::Way::kOut ? kKeptWhileLeaving : 1;
    vm.allocated = short_of ? std::floor(capped * scale * kept) : capped * kept;
    used += vm.allocated / kept;
  }
  return used;
}

void DataCenter::write_down(std::size_t index) {
  const Host& host = hosts_[index];
  HostEntry& last = host_entries_[index];
  if (last.at >= 0 && last.at < now_ && last.used > 0) {
    sums_.active_seconds += now_ - last.at;
    if (last.used < last.requested) sums_.violated_seconds += now_ - last.at;
  }
  if (last.at < now_) {
    shutdowns_ += last.shut_down() ? 1 : 0;
    last.was_active = last.at < 0 || last.used > 0;
  }
  last = {now_, host.used, host.requested, last.was_active};
  for (const Place& place : host.places) {
    if (place.way == Place::Way::kIn) continue;
    const Vm& vm = vms_[place.vm];
    write_down(place.vm, {now_, vm.allocated, vm.demand, place.way == Place::Way::kOut});
  }
}

void DataCenter::write_down(std::size_t vm, VmEntry entry) {
  VmEntry& last = vm_entries_[vm];
  if (last.at >= 0 && last.at < entry.at) {
    const double seconds = entry.at - last.at;
    sums_.requested += last.requested * seconds;
    sums_.allocated += last.allocated * seconds;
    if (last.allocated < last.requested) {
      if (last.out) sums_.lost_in_migration += (last.requested - last.allocated) * seconds;
      sums_.shortfall += (last.requested - last.allocated) / last.requested;
      ++sums_.shortfalls;
    }
  }
  last = entry;
}

void DataCenter::remove_idle() {
  for (Vm& vm : vms_)
    if (vm.state == Vm::State::kHere && vm.demand == 0) {
      const auto index = static_cast<std::size_t>(&vm - vms_.data());
      std::erase_if(hosts_[vm.host].places, [&](const Place& place) { return place.vm == index; });
      vm.state = Vm::State::kRemoved;
    }
}

void DataCenter::start(const std::vector<Move>& moves) {
  migrations_ += static_cast<long>(moves.size());
  under_way_ = moves;
  for (const Move& move : moves) {
    Vm& vm = vms_[move.vm];
    vm.state = Vm::State::kMigrating;
    for (Place& place : hosts_[vm.host].places)
      if (place.vm == move.vm) place.way = Place::Way::kOut;
    hosts_[move.host].places.push_back({move.vm, Place::Way::kIn});
  }
  for (const Move& move : moves) {
    update(move.host);
    update(vms_[move.vm].host);
  }
}

void DataCenter::finish(double transfer_seconds) {
  for (const Move& move : under_way_) {
    Vm& vm = vms_[move.vm];
    if (vm.transfer_seconds() != transfer_seconds) continue;
    const auto leave = [&](std::size_t host) {
      std::erase_if(hosts_[host].places, [&](const Place& place) { return place.vm == move.vm; });
    };
    leave(vm.host);
    leave(move.host);
    place(move.vm, move.host);
    vm.state = Vm::State::kHere;
  }
  std::erase_if(under_way_, [&](const Move& move) { return vms_[move.vm].transfer_seconds() == transfer_seconds; });
  for (std::size_t i = 0; i < hosts_.size(); ++i) update(i);
}

Metrics DataCenter::metrics() const {
  Metrics metrics;
  metrics.kwh = joules_ / 3.6e6;
  metrics.migrations = migrations_;
  metrics.shutdowns = shutdowns_ + std::count_if(host_entries_.begin(), host_entries_.end(),
                                                 [](const HostEntry& last) { return last.shut_down(); });
  if (sums_.requested > 0) {
    metrics.pdm = sums_.lost_in_migration / sums_.requested;
    metrics.overall_violation = (sums_.requested - sums_.allocated) / sums_.requested;
  }
  if (sums_.active_seconds > 0) metrics.slatah = sums_.violated_seconds / sums_.active_seconds;
  if (sums_.shortfalls > 0) metrics.average_violation = sums_.shortfall / static_cast<double>(sums_.shortfalls);
  return metrics;
}

}  // namespace hotspot::planetlab
