// Many libvirtd that are none (libvirt_stand_in.py), in a process of their own: good ones, and those that misbehave.
#pragma once

#include <sys/types.h>

#include <cstdio>
#include <string>
#include <vector>

#include "actuator/ports/hypervisor.h"

namespace hotspot::testing {

class StandIns {
 public:
  struct Kind {
    const char* name;  // "good", "silent", "mute", "closes", "huge", "garbage", "slow"
    int count;
  };
  // In this order, each at an address of its own.
  explicit StandIns(const std::vector<Kind>& kinds);
  ~StandIns();
  StandIns(const StandIns&) = delete;
  StandIns& operator=(const StandIns&) = delete;

  const std::vector<ports::NodeAddress>& nodes() const { return nodes_; }
  bool is_good(std::size_t node) const { return good_[node]; }
  std::size_t good() const;
  // Ends every connection to the good ones.
  void drop();
  // Every host has 32 CPUs from now on; 16 before.
  void plug_cpus();

 private:
  void tell(const char* command);
  std::string answer();  // a line
  std::vector<ports::NodeAddress> nodes_;
  std::vector<bool> good_;
  pid_t process_ = 0;
  FILE* commands_ = nullptr;
  FILE* answers_ = nullptr;
};

// What this process has open and running now.
std::size_t count_threads();
std::size_t count_descriptors();

}  // namespace hotspot::testing
