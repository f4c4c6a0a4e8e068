// A host while a published policy plans: what CloudSim's copy of it holds, and whether it counts as overloaded.
#pragma once

#include <algorithm>
#include <vector>

#include "bench/planetlab/data_center.h"

namespace hotspot::planetlab {

enum class Detector { kThreshold, kLocalRegression };

class ScratchHost {
 public:
  ScratchHost(const std::vector<Vm>& vms, const Host& host);

  const std::vector<std::size_t>& vms() const { return list_; }
  void add(std::size_t vm);
  void remove(std::size_t vm);
  // Its index in vms(), not the list: the machine of least memory, the first of equals.
  std::size_t with_least_memory() const;

  double allocated() const { return allocated_; }
  bool overloaded(Detector detector) const;
  bool overloaded_with(const Vm& vm, Detector detector) const;
  bool suits(const Vm& vm) const;
  double mips() const { return kind_->mips; }
  // A sum may be a rounding error above the capacity.
  double watts(double mips) const { return watts_at(kind_->watts, std::min(1.0, mips / kind_->mips)); }
  double efficiency() const { return kind_->mips / kind_->watts.back(); }

 private:
  void recompute();
  void add_history(const Vm& vm, History& sums) const;
  bool overloaded(double requested, const History& sums, Detector detector) const;

  const std::vector<Vm>& all_;
  const HostKind* kind_;
  std::vector<std::size_t> list_;
  double allocated_ = 0, requested_ = 0, free_ = 0;
  History history_;  // shares of this host, of the machines that it has now
};

}  // namespace hotspot::planetlab
