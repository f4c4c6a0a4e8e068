// What targets refused: the same attempt is not made again while its reason stands.
//
// PURE. A target that refused a domain is no target for it until a time that doubles with each refusal; after that it
// comes last for the domain, for a day. It is forgotten when what is known of target and domain has changed visibly, or
// when the domain got there. A node that refused several domains of late comes last for all. A refusal that is about
// the domain itself holds for every target.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "actuator/model/projection.h"

namespace hotspot::plan {

enum class RefusalScope {
  kTarget,  // the target lacks something, or has something that is in the way
  kDomain,  // the domain cannot be moved, wherever to
  kPassing  // a time-out, a broken link, memory that was short for the moment
};
const char* to_string(RefusalScope scope);  // "target", "domain", "passing"
std::optional<RefusalScope> refusal_scope_from_string(const std::string& text);

struct TargetRefusal {
  std::string domain_uuid, domain_name;
  std::string target_uuid, target_name;
  RefusalScope scope = RefusalScope::kTarget;
  std::string reason;  // libvirt's words, or ours
  int times = 1;       // within the day
  WallTime at{};       // the newest
  WallTime until{};    // not tried again before
  std::string facts;   // of that time: facts_of()
  bool operator==(const TargetRefusal&) const = default;
};

// What of the domain and the target may be the reason, as a short text that changes when one of them does. Loads, free
// room and other domains are not in it.
std::string facts_of(const model::DomainRef& domain, const model::Node& target);

class TargetRefusals {
 public:
  struct Happened {
    std::string domain_uuid, domain_name, target_uuid, target_name;
    RefusalScope scope = RefusalScope::kTarget;
    std::string reason;
  };
  // base: the cooldown of the rule that asked; longest: as no cooldown is longer.
  void note(const Happened& what, const model::Cluster& cluster, WallTime now, Milliseconds base, Milliseconds longest);
  // The domain went there.
  void forget(const std::string& domain_uuid, const std::string& target_uuid);
  // Forgets what is old, and whose reason has visibly changed. Also undoes what a clock that was set back would make of
  // it.
  void review(const model::Cluster& cluster, WallTime now, Milliseconds longest);

  // Why this domain does not go there now.
  std::optional<model::Refusal> refusal(const std::string& domain_uuid, const std::string& target_uuid,
                                        WallTime now) const;
  // Why the target comes last for this domain, though it may be chosen.
  std::optional<model::Refusal> comes_last(const std::string& domain_uuid, const model::Node& target,
                                           WallTime now) const;
  // Why the node comes last for all: "it refused 3 domains of late, …". Empty: it does not.
  std::optional<std::string> distrust(const std::string& node_uuid, WallTime now) const;

  std::vector<TargetRefusal> all() const;  // by domain and target
  void restore(const std::vector<TargetRefusal>& all);

 private:
  void keep_bound();
  // By domain and target UUID; the latter "" where every target is meant.
  std::map<std::pair<std::string, std::string>, TargetRefusal> entries_;
};

}  // namespace hotspot::plan
