// What the domains' XML says, kept for a while. Private to the libvirt reader: needs libvirt's types.
//
// Each reading is a call to libvirt, so the domains are refreshed in turn and not all at once; one whose files libvirt
// has written anew at once, and one whose files are the same at a tenth of that pace. Thread rule: one thread.
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
  // complete: adds to each definition what the XML does not tell.
  Definitions(std::chrono::seconds refresh_interval, MetadataPath metadata,
              std::function<void(DomainDefinition&)> complete)
      : refresh_interval_(refresh_interval), metadata_(std::move(metadata)), complete_(std::move(complete)) {}

  // The definition of a domain; where it cannot be read yet, one with an obstacle that says so. stamp: of just before.
  const SharedDefinition& of(virDomainPtr domain, const DomainReading& reading, SteadyTime now,
                             const std::optional<DomainStamp>& stamp);
  // The next of() of this domain reads it again: its devices have changed.
  void refresh(const std::string& uuid);
  // Forgets those that of() was not called for since the last time.
  void forget_unseen();
  void clear() { known_.clear(); }

 private:
  struct Known {
    DomainDefinition as_read;
    SharedDefinition definition;  // completed
    int id = -1;
    SteadyTime due, expires;  // to be completed anew, and to be read although the files are the same
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
