// Under which host, plugin instance and device names collectd stores a domain: what the formats of the configuration
// say, made storable (stored_name.h), and distinct among the domains of one read and the devices of one domain.
//
// Two domains that the formats give one name would otherwise write into one file. Both get the first eight digits of
// their UUID appended, all of it where that is not enough, and keep it for as long as they run here: which of them was
// listed first, or came first, makes no difference. PURE. Thread rule: one thread at a time.
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
  std::vector<std::string> disks, interfaces;  // in the order of the reading's
};

class StoredDomains {
 public:
  explicit StoredDomains(PluginConfig config) : config_(std::move(config)) {}

  // Of one read: in the order of the domains.
  std::vector<StoredDomain> of(const std::vector<DomainReading>& domains);

  // Sentences for the log that were not there before: which domains share a name and when they no longer do, and which
  // names are stored otherwise than they are.
  struct Notes {
    std::vector<std::string> warnings, infos;
  };
  Notes take_notes();

 private:
  using Identity = std::pair<std::string, std::string>;  // host and plugin instance
  enum class Suffix { kNone, kShort, kUuid };
  struct Known {
    Suffix suffix = Suffix::kNone;
    std::string name, metadata_name;  // as they were in the read before
    Identity plain;                   // what the formats say
    std::set<std::string> told;       // names of it and its devices that were said to be stored otherwise
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
  std::vector<std::string> order_;      // UUIDs of the read before
  std::vector<Identity> stored_;        // of these
  std::set<Identity> shared_;           // what was said to be shared
  std::size_t changed_ = 0;             // names that this read stores otherwise, said or not
  Notes notes_;
};

// What a disk or interface is called by the configuration's format, as it is.
std::string disk_name(BlockDeviceFormat format, const DiskReading& disk);
std::string interface_name(InterfaceFormat format, const DomainReading& domain, const InterfaceReading& one);

}  // namespace hotspot::collector
