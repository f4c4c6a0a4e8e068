#include "collectd-plugin/stored_domains.h"

#include <algorithm>

#include "collectd-plugin/stored_name.h"

namespace hotspot::collector {
namespace {

constexpr std::size_t kMostNotes = 5;  // of names that are stored differently, per read: further ones are counted
constexpr std::size_t kMostNamed = 4;  // domains in one sentence
constexpr std::size_t kShortUuid = 8;  // digits
constexpr const char* kTooLong = "collectd takes at most 127 bytes";
static_assert(kMostNameBytes == 127);

// The fields joined by a colon, as in the virt plugin.
std::string joined(const std::vector<HostField>& fields, const DomainReading& domain, const std::string& own_host) {
  std::string text;
  for (const HostField field : fields) {
    if (!text.empty()) text += ':';
    if (field == HostField::kName) text += domain.name;
    if (field == HostField::kUuid) text += domain.uuid;
    if (field == HostField::kHostname) text += own_host;
    if (field == HostField::kMetadata) {
      // Otherwise all domains without the element would share their files.
      text += domain.definition->metadata_name.empty() ? domain.name : domain.definition->metadata_name;
    }
  }
  return text;
}

bool is_own_host(const std::vector<HostField>& fields) {
  return std::all_of(fields.begin(), fields.end(), [](HostField field) { return field == HostField::kHostname; });
}

// "a", "a and b", "a, b and 7 more".
std::string few_of(const std::vector<std::string>& texts) {
  std::string text;
  const std::size_t named = std::min(texts.size(), kMostNamed);
  for (std::size_t i = 0; i < named; ++i) text += (i == 0 ? "" : i + 1 == texts.size() ? " and " : ", ") + texts[i];
  return texts.size() > named ? text + " and " + std::to_string(texts.size() - named) + " more" : text;
}

std::string with_suffix(std::string_view name, const std::string& suffix, Place place) {
  if (suffix.empty()) return stored_name(name, place);
  if (name.empty()) return suffix;
  return stored_name(name, place, kMostNameBytes - suffix.size() - 1) + "-" + suffix;
}

// Adds what distinguishes equal names, and a number if even that is equal.
void make_distinct(std::vector<std::string>& names, const std::vector<std::string>& marks) {
  if (names.size() < 2) return;
  for (int round = 0; round < 2; ++round) {
    std::map<std::string, int> count;
    for (const std::string& name : names) ++count[name];
    if (count.size() == names.size()) return;
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (count[names[i]] > 1)
        names[i] = with_suffix(names[i], round == 0 ? marks[i] : std::to_string(i + 1), Place::kWithin);
    }
  }
}

std::size_t place_of(const DomainReading& domain, const InterfaceReading& one) {
  const auto& known = domain.definition->interfaces;
  const auto found =
      std::find_if(known.begin(), known.end(), [&](const auto& defined) { return defined.device == one.device; });
  return static_cast<std::size_t>(found - known.begin());
}

}  // namespace

std::string disk_name(BlockDeviceFormat format, const DiskReading& disk) {
  if (format == BlockDeviceFormat::kTarget || disk.source.empty()) return disk.device;
  // The virt plugin's names have no leading slash.
  if (format == BlockDeviceFormat::kSource)
    return disk.source.substr(std::min(disk.source.find_first_not_of('/'), disk.source.size()));
  return disk.source.substr(disk.source.find_last_of('/') + 1);
}

std::string interface_name(InterfaceFormat format, const DomainReading& domain, const InterfaceReading& one) {
  if (format == InterfaceFormat::kName) return one.device;
  const std::size_t place = place_of(domain, one);
  if (place == domain.definition->interfaces.size()) return one.device;
  return format == InterfaceFormat::kAddress ? domain.definition->interfaces[place].mac
                                             : "interface-" + std::to_string(place + 1);
}

StoredDomains::Identity StoredDomains::identity_of(const DomainReading& domain, Suffix suffix) const {
  const bool own_host = is_own_host(config_.hostname);
  std::string text;
  if (suffix == Suffix::kShort) text = domain.uuid.substr(0, kShortUuid);
  if (suffix == Suffix::kUuid) text = domain.uuid;
  const std::string host = own_host ? "" : joined(config_.hostname, domain, config_.own_host);
  const std::string instance = joined(config_.plugin_instance, domain, config_.own_host);
  return {own_host ? "" : with_suffix(host, text, Place::kFolder),
          with_suffix(instance, own_host ? text : "", Place::kWithin)};
}

// By stored name. The node's own values are in the group as an index that no domain has.
std::map<StoredDomains::Identity, std::vector<std::size_t>> StoredDomains::groups_of(
    const std::vector<Identity>& identities) const {
  const auto real = [&](const Identity& one) {
    return one.first.empty() ? Identity(config_.own_host, one.second) : one;
  };
  std::map<Identity, std::vector<std::size_t>> groups;
  for (std::size_t i = 0; i < identities.size(); ++i) groups[real(identities[i])].push_back(i);
  if (config_.plugin_name == kNodePlugin) {
    const auto own = groups.find(real({}));
    if (own != groups.end()) own->second.push_back(identities.size());
  }
  return groups;
}

// Has anything changed since the previous read?
bool StoredDomains::learn(const std::vector<DomainReading>& domains) {
  bool is_new = order_.size() != domains.size();
  order_.resize(domains.size());
  for (auto& [uuid, known] : known_) known.seen = false;
  for (std::size_t i = 0; i < domains.size(); ++i) {
    const DomainReading& domain = domains[i];
    is_new = is_new || order_[i] != domain.uuid;
    order_[i] = domain.uuid;
    const auto [entry, added] = known_.try_emplace(domain.uuid);
    Known& known = entry->second;
    known.seen = true;
    if (!added && known.name == domain.name && known.metadata_name == domain.definition->metadata_name) continue;
    is_new = true;
    known.name = domain.name;
    known.metadata_name = domain.definition->metadata_name;
    known.plain = identity_of(domain, Suffix::kNone);
    note_plain(domain, known);
  }
  std::erase_if(known_, [](const auto& entry) { return !entry.second.seen; });
  return is_new;
}

std::vector<StoredDomains::Identity> StoredDomains::distinct(const std::vector<DomainReading>& domains) {
  std::vector<Identity> plain;
  for (const DomainReading& domain : domains) plain.push_back(known_.at(domain.uuid).plain);
  for (const auto& [identity, places] : groups_of(plain)) {
    for (const std::size_t place : places) {
      if (places.size() == 1 || place == domains.size()) continue;
      Suffix& suffix = known_.at(domains[place].uuid).suffix;
      suffix = std::max(suffix, Suffix::kShort);
    }
  }
  std::vector<Identity> stored;
  for (bool again = true; again;) {
    stored.clear();
    for (const DomainReading& domain : domains) stored.push_back(identity_of(domain, known_.at(domain.uuid).suffix));
    again = false;
    for (const auto& [identity, places] : groups_of(stored)) {
      for (const std::size_t place : places) {
        if (places.size() == 1 || place == domains.size()) continue;
        Suffix& suffix = known_.at(domains[place].uuid).suffix;
        again = again || suffix != Suffix::kUuid;
        suffix = suffix == Suffix::kNone ? Suffix::kShort : Suffix::kUuid;
      }
    }
  }
  note_shared(domains, plain, stored);
  return stored;
}

// Once when several domains have one name, and once when that is over.
void StoredDomains::note_shared(const std::vector<DomainReading>& domains, const std::vector<Identity>& plain,
                                const std::vector<Identity>& stored) {
  const auto text = [](const Identity& one) {
    return one.first.empty() || one.second.empty() ? one.first + one.second : one.first + "/" + one.second;
  };
  std::set<Identity> now;
  for (const auto& [identity, places] : groups_of(plain)) {
    if (places.size() == 1) continue;
    now.insert(identity);
    if (shared_.contains(identity)) continue;
    std::vector<std::string> who, as;
    for (const std::size_t place : places) {
      const bool node = place == domains.size();
      who.push_back(node ? "the node itself" : "domain " + domains[place].name + " (" + domains[place].uuid + ")");
      if (!node) as.push_back("'" + text(stored[place]) + "'");
    }
    notes_.warnings.push_back(few_of(who) + " would be stored under one name, '" + text(identity) +
                              "': their values go to " + few_of(as) +
                              " for as long as they run here; HostnameFormat and PluginInstanceFormat with uuid keep "
                              "domains apart");
  }
  for (const Identity& identity : shared_) {
    if (!now.contains(identity))
      notes_.infos.push_back("no two domains are stored under the name '" + text(identity) +
                             "' any more; one that runs on keeps the name that it got until it stops");
  }
  shared_ = std::move(now);
}

void StoredDomains::note_changed(Known& known, const Change& change) {
  if (change.name == change.stored || !known.told.insert(change.what + change.name).second) return;
  ++changed_;
  if (changed_ <= kMostNotes)
    notes_.infos.push_back(change.what + " '" + change.name + "' is stored as '" + change.stored + "': " + change.why);
}

void StoredDomains::note_plain(const DomainReading& domain, Known& known) {
  const auto note = [&](const std::string& name, const std::string& stored) {
    note_changed(known, {"domain", name, stored,
                         name.size() > kMostNameBytes ? kTooLong : "files and paths cannot have its own name"});
  };
  if (!is_own_host(config_.hostname)) note(joined(config_.hostname, domain, config_.own_host), known.plain.first);
  note(joined(config_.plugin_instance, domain, config_.own_host), known.plain.second);
}

void StoredDomains::name_devices(const DomainReading& domain, StoredDomain& stored) {
  std::vector<std::string> names, marks;
  const auto finish = [&](const std::string& kind, std::vector<std::string>& into) {
    for (const std::string& name : names) into.push_back(stored_name(name, Place::kWithin));
    const std::vector<std::string> plain = into;
    make_distinct(into, marks);
    for (std::size_t i = 0; i < names.size(); ++i) {
      const bool is_long = names[i].size() > kMostNameBytes, shared = into[i] != plain[i];
      if (is_long || shared)
        note_changed(known_.at(domain.uuid), {kind + " of domain " + domain.name + " by the name", names[i], into[i],
                                              shared ? "it has two of that name" : kTooLong});
    }
    names.clear();
    marks.clear();
  };
  for (const DiskReading& disk : domain.disks) {
    names.push_back(disk_name(config_.block_device_format, disk));
    marks.push_back(disk.device);
  }
  finish("a disk", stored.disks);
  for (const InterfaceReading& one : domain.interfaces) {
    names.push_back(interface_name(config_.interface_format, domain, one));
    marks.push_back(std::to_string(place_of(domain, one) + 1));
  }
  finish("an interface", stored.interfaces);
}

std::vector<StoredDomain> StoredDomains::of(const std::vector<DomainReading>& domains) {
  changed_ = 0;
  if (learn(domains)) stored_ = distinct(domains);
  std::vector<StoredDomain> all(domains.size());
  for (std::size_t i = 0; i < domains.size(); ++i) {
    all[i].host = stored_[i].first;
    all[i].plugin_instance = stored_[i].second;
    name_devices(domains[i], all[i]);
  }
  if (changed_ > kMostNotes)
    notes_.infos.push_back(std::to_string(changed_ - kMostNotes) + " more names are stored otherwise than they are");
  return all;
}

StoredDomains::Notes StoredDomains::take_notes() { return std::exchange(notes_, {}); }

}  // namespace hotspot::collector
