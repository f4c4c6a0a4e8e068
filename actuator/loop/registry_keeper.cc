#include "actuator/loop/registry_keeper.h"

#include <algorithm>
#include <utility>

#include "common/text/visible.h"

namespace hotspot::loop {
namespace {

constexpr Milliseconds kLookEvery{3000};

std::string described(const record::RegisteredNode& node) {
  return "'" + text::visible(node.id) + "' (" + text::visible(node.uri) + ", host UUID " +
         (node.host_uuid.empty() ? "not known yet" : text::visible(node.host_uuid)) + ", by " +
         text::visible(node.admitted_by) + ")";
}

ports::RegistryChange difference(const record::Registry& from, const record::Registry& to) {
  ports::RegistryChange change{std::min(from.revision + 1, record::kLastRevision), {}};
  for (const auto& [id, node] : from.nodes) {
    if (!to.nodes.contains(id)) change.entries[id] = "";
  }
  for (const auto& [id, node] : to.nodes) {
    const auto before = from.nodes.find(id);
    if (before == from.nodes.end() || before->second != node) change.entries[id] = record::to_json(node);
  }
  return change;
}

}  // namespace

RegistryKeeper::RegistryKeeper(ports::Registry* registry, ports::RegistryCopy* copy, Admission& admission,
                               std::function<void(const std::string&)> log)
    : registry_(registry), copy_(copy), admission_(admission), log_(std::move(log)) {}

void RegistryKeeper::start(WallTime now) {
  if (copy_ == nullptr) return;
  auto own = copy_->load();
  if (!own) {
    log_("hotspotd's own copy of the registry of nodes cannot be read: " + own.error().message);
    return;
  }
  stored_ = *own;
  stored_.unreadable.clear();
  admission_.adopt(std::move(*own), now);
}

Result<void> RegistryKeeper::take_lead(std::int64_t token, WallTime now) {
  if (registry_ != nullptr) {
    auto read = registry_->load();
    if (!read) return read.error();
    settle(std::move(*read), now);
  }
  leads_ = true;
  admission_.take_lead();
  saved_changes_ = 0;
  if (auto saved = save(token); !saved) {
    lose_lead();
    return Error{saved.error().message};
  }
  return {};
}

void RegistryKeeper::lose_lead() {
  leads_ = false;
  admission_.lose_lead();
}

void RegistryKeeper::follow(Milliseconds steady, WallTime now) {
  if (registry_ == nullptr || steady < next_look_) return;
  next_look_ = steady + kLookEvery;
  const auto revision = registry_->revision();
  if (!revision || (is_known_ && *revision == stored_.revision)) return;
  auto read = registry_->load();
  if (read) settle(std::move(*read), now);
}

// Whose registry holds: of two, the one with the higher revision; while this hotspotd leads, its own.
void RegistryKeeper::settle(record::Registry read, WallTime now) {
  for (const auto& [id, why] : read.unreadable)
    log_("the entry '" + text::visible(id) + "' of the registry of nodes cannot be read and counts as nobody: " + why);
  read.unreadable.clear();
  const bool is_behind = read.revision < stored_.revision || read.revision == 0;
  const record::Registry& mine = admission_.registry();
  if (leads_ && read.nodes == mine.nodes) {  // ours, of which the answer was lost
    stored_ = std::move(read);
    return;
  }
  if (leads_ || (is_behind && !stored_.nodes.empty())) {
    if (is_behind && !stored_.nodes.empty())
      log_("the registry of nodes in Redis is empty or older than ours; ours holds: " +
           std::to_string(stored_.nodes.size()) + " nodes");
    else
      log_("the registry of nodes was changed by somebody who does not lead; it is put back");
    read.revision = std::max(read.revision, stored_.revision);
    stored_ = std::move(read);
    saved_changes_ = 0;  // all that differs is written by who leads
    is_known_ = true;
    return;
  }
  for (const auto& [id, node] : read.nodes) {
    const auto before = mine.nodes.find(id);
    if (before == mine.nodes.end())
      log_("node " + described(node) + " was admitted");
    else if (before->second != node)
      log_("node " + described(node) + " was changed in the registry");
  }
  for (const auto& [id, node] : mine.nodes) {
    if (!read.nodes.contains(id) && stored_.nodes.contains(id)) log_("node " + described(node) + " was forgotten");
  }
  stored_ = read;
  is_known_ = true;
  admission_.adopt(std::move(read), now);
  copy();
}

Result<void, ports::WriteError> RegistryKeeper::save(std::int64_t token) {
  if (saved_changes_ == admission_.changes()) return {};
  const std::uint64_t changes = admission_.changes();
  const ports::RegistryChange change = difference(stored_, admission_.registry());
  if (change.entries.empty()) {
    saved_changes_ = changes;
    return {};
  }
  if (registry_ != nullptr) {
    if (auto saved = registry_->save(token, change); !saved) return saved;
  }
  saved_changes_ = changes;
  stored_ = admission_.registry();
  stored_.revision = change.revision;
  copy();
  return {};
}

void RegistryKeeper::copy() {
  if (copy_ == nullptr) return;
  const auto stored = copy_->store(stored_);
  const std::string problem = stored ? "" : stored.error().message;
  if (problem == copy_problem_) return;
  copy_problem_ = problem;
  log_(problem.empty() ? "hotspotd's own copy of the registry of nodes can be written again"
                       : "hotspotd's own copy of the registry of nodes could not be written: " + problem);
}

}  // namespace hotspot::loop
