#include "actuator/loop/node_commands.h"

#include <algorithm>
#include <string>

namespace hotspot::loop {
namespace {

// By its name alone a node may be admitted that was not heard yet; a host UUID or a fingerprint names one that was.
bool names_one_that_was_heard(const std::string& text) {
  const bool is_host_uuid = text.size() == 36 && std::count(text.begin(), text.end(), '-') == 4;
  return is_host_uuid || !fingerprint_of(text).empty();
}

std::string owner_of(const std::string& owner) { return owner.empty() ? "an admin" : owner; }

record::Verdict verdict_of(const AdminResult& result, const std::string& what) {
  if (!result) return record::refused(result.error().message);
  return record::done("node '" + result->id + "' at " + result->uri + " " + what);
}

record::Verdict admit_node(NodeAdmin& admin, const record::AdmitNode& asked, const NodeAdmin::Writer& writer) {
  const std::string by = owner_of(asked.owner);
  auto admitted =
      admin.admit({.node = asked.node, .uri = asked.uri, .fingerprint = asked.fingerprint, .by = by}, writer);
  const bool unheard =
      !admitted && admitted.error().fault == AdminFault::kNotFound && !names_one_that_was_heard(asked.node);
  if (unheard)
    admitted = admin.add({.name = asked.node, .uri = asked.uri, .key = asked.fingerprint, .uuid = ""}, by, writer);
  return verdict_of(admitted, unheard ? "is admitted, and was not heard yet"
                                      : "is admitted; it counts once libvirt there has said who it is");
}

}  // namespace

std::optional<record::Verdict> run_node_command(NodeAdmin& admin, const record::Command& command,
                                                const NodeAdmin::Writer& writer) {
  if (const auto* admit = std::get_if<record::AdmitNode>(&command)) return admit_node(admin, *admit, writer);
  if (const auto* forget = std::get_if<record::ForgetNode>(&command))
    return verdict_of(admin.forget(forget->node, writer), "is forgotten: it counts no more");
  if (const auto* rekey = std::get_if<record::RekeyNode>(&command))
    return verdict_of(admin.rekey(rekey->node, rekey->fingerprint, writer), "is believed with its new key");
  return std::nullopt;
}

}  // namespace hotspot::loop
