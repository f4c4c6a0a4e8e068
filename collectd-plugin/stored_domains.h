// The host, plugin instance and device names under which collectd stores a domain: by the formats in the configuration,
// made storable (stored_name.h), and unique among the domains of one read and the devices of one domain.
//
// Two domains with the same name by these formats would otherwise write to the same file. Both get the first eight
// digits of their UUID appended, or all of it if that is not enough, and keep it for as long as they run here, in
// whatever order they were listed or started. PURE. Thread rule: one thread at a time.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "collectd-plugin/config.h"
#include "collectd-plugin/hypervisor_reader.h"

namespace hotspot::collector {

struct StoredDomain {
  std::string host, plugin_instance;           // host: empty for collectd's own
  std::vector<std::string> disks, interfaces;  // in the order of the reading
};

class StoredDomains {
 public:
  explicit StoredDomains(PluginConfig config) : config_(std::move(config)) {}

  // For one read: in the order of the domains.
  std::vector<StoredDomain> of(const std::vector<DomainReading>& domains);

  // New messages for the log: which domains share a name and when they no longer do, and which names are stored
  // differently.
  struct Notes {
    std::vector<std::string> warnings, infos;
  };
  Notes take_notes();

 private:
  using Identity = std::pair<std::string, std::string>;  // host and plugin instance
  enum class Suffix { kNone, kShort, kUuid };
  struct Known {
    Suffix suffix = Suffix::kNone;
    std::string name, metadata_name;  // as in the previous read
    Identity plain;                   // by the formats
    std::set<std::string> told;       // names of the domain and its devices that were reported as stored differently
    bool seen = false;
  };

  bool learn(const std::vector<DomainReading>& domains);
  Identity identity_of(const DomainReading& domain, Suffix suffix) const;
  std::map<Identity, std::vector<std::size_t>> groups_of(const std::vector<Identity>& identities) const;
  std::vector<Identity> distinct(const std::vector<DomainReading>& domains);
  void note_shared(const std::vector<DomainReading>& domains, const std::vector<Identity>& plain,
                   const std::vector<Identity>& stored);
  struct Change {
    std::string what, name, stored, why;
  };
  void note_changed(Known& known, const Change& change);
  void note_plain(const DomainReading& domain, Known& known);
  void name_devices(const DomainReading& domain, StoredDomain& stored);

  PluginConfig config_;
  std::map<std::string, Known> known_;  // by UUID
  std::vector<std::string> order_;      // UUIDs of the previous read
  std::vector<Identity> stored_;        // for these
  std::set<Identity> shared_;           // names that were reported as shared
  std::size_t changed_ = 0;             // number of names stored differently in this read, reported or not
  Notes notes_;
};

// The name of a disk or interface by the configured format, not yet made storable.
std::string disk_name(BlockDeviceFormat format, const DiskReading& disk);
std::string interface_name(InterfaceFormat format, const DomainReading& domain, const InterfaceReading& one);

}  // namespace hotspot::collector
