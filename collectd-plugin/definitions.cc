#include "collectd-plugin/definitions.h"

#include <functional>
#include <utility>

namespace hotspot::collector {

namespace {

// In refresh intervals. Catches changes that are in none of the files, or that did not pass through libvirt.
constexpr int kTrustFiles = 10;

}  // namespace

void Definitions::read(virDomainPtr domain, const char* xml, Known& known) const {
  known.as_read = definition_from_xml(xml, metadata_);
  known.as_read.persistent = virDomainIsPersistent(domain) == 1;
  if (const int snapshots = virDomainSnapshotNum(domain, 0); snapshots > 0)
    known.as_read.migration_obstacles.push_back(
        "it has " + std::to_string(snapshots) + (snapshots == 1 ? " snapshot" : " snapshots") +
        ", which libvirt does not take along: virsh snapshot-delete --metadata forgets them");
  complete(known);
}

void Definitions::complete(Known& known) const {
  auto definition = std::make_shared<DomainDefinition>(known.as_read);
  complete_(*definition);
  known.definition = std::move(definition);
}

const SharedDefinition& Definitions::of(virDomainPtr domain, const DomainReading& reading, SteadyTime now,
                                        const std::optional<DomainStamp>& stamp) {
  const auto [entry, is_new] = known_.try_emplace(reading.uuid);
  Known& known = entry->second;
  known.seen = true;
  const bool first = is_new || known.id != reading.id;
  const bool written_anew = stamp && known.stamp && stamp != known.stamp;
  if (!first && !written_anew && now < known.due) return known.definition;
  if (!first && stamp && stamp == known.stamp && now < known.expires) {
    complete(known);
    known.due = now + refresh_interval_;
    return known.definition;
  }
  const virt::TextHandle xml(virDomainGetXMLDesc(domain, 0));
  if (xml) {
    read(domain, xml.get(), known);
    known.id = reading.id;
    known.stamp = stamp;
    // Domains that were first seen together are spread over the interval by their UUID.
    known.due = now + refresh_interval_;
    const auto seconds = static_cast<std::size_t>(refresh_interval_.count());
    if (first && seconds > 0)
      known.due = now + std::chrono::seconds(std::hash<std::string>()(reading.uuid) % seconds + 1);
    known.expires = known.due + (kTrustFiles - 1) * refresh_interval_;
  } else if (is_new) {
    known_.erase(entry);  // the domain disappeared meanwhile: the next read asks again
    static const SharedDefinition unknown = [] {
      auto made = std::make_shared<DomainDefinition>();
      made->migration_obstacles = {"its definition was not read yet"};
      return made;
    }();
    return unknown;
  }
  return known.definition;
}

void Definitions::refresh(const std::string& uuid) {
  if (const auto known = known_.find(uuid); known != known_.end()) known->second.due = known->second.expires = {};
}

void Definitions::forget_unseen() {
  std::erase_if(known_, [](const auto& entry) { return !entry.second.seen; });
  for (auto& [uuid, known] : known_) known.seen = false;
}

}  // namespace hotspot::collector
