// A cache of the domains' definitions from their XML. Private to the libvirt reader: needs libvirt's types.
//
// Each refresh is a call to libvirt, so domains are refreshed in turn and not all at once. A domain whose files libvirt
// has rewritten is refreshed at once, and one with unchanged files at a tenth of the rate. Thread rule: one thread.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "collectd-plugin/domain_xml.h"
#include "collectd-plugin/libvirt_files.h"
#include "common/libvirt/handles.h"

namespace hotspot::collector {

class Definitions {
 public:
  // complete: adds to each definition what the XML does not include.
  Definitions(std::chrono::seconds refresh_interval, MetadataPath metadata,
              std::function<void(DomainDefinition&)> complete)
      : refresh_interval_(refresh_interval), metadata_(std::move(metadata)), complete_(std::move(complete)) {}

  // The definition of a domain; if it cannot be read, one with an obstacle that says so. stamp: from just before.
  const SharedDefinition& of(virDomainPtr domain, const DomainReading& reading, SteadyTime now,
                             const std::optional<DomainStamp>& stamp);
  // Makes the next of() for this domain read it again: its devices have changed.
  void refresh(const std::string& uuid);
  // Forgets the domains for which of() has not been called since the last time.
  void forget_unseen();
  void clear() { known_.clear(); }

 private:
  struct Known {
    DomainDefinition as_read;
    SharedDefinition definition;  // after `complete`
    int id = -1;
    SteadyTime due, expires;  // when to complete it again, and when to read it again even if the files are unchanged
    std::optional<DomainStamp> stamp;
    bool seen = false;
  };
  void read(virDomainPtr domain, const char* xml, Known& known) const;
  void complete(Known& known) const;

  std::chrono::seconds refresh_interval_;
  MetadataPath metadata_;
  std::function<void(DomainDefinition&)> complete_;
  std::map<std::string, Known> known_;  // by UUID
};

}  // namespace hotspot::collector
