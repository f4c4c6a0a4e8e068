// Remembers what targets refused: the same attempt is not repeated while its reason stands.
//
// PURE. A target that refused a domain is excluded for that domain for a time that doubles with each refusal; after
// that it comes last for the domain, for a day. A refusal is forgotten when the known facts about target and domain
// have changed, or when the domain got there. A node that recently refused several domains comes last for all. A
// refusal because of the domain itself applies to every target.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "actuator/model/projection.h"

namespace hotspot::plan {

enum class RefusalScope {
  kTarget,  // the target lacks something, or something on it is in the way
  kDomain,  // the domain cannot be moved to any target
  kPassing  // a time-out, a broken link, a temporary shortage of memory
};
const char* to_string(RefusalScope scope);  // "target", "domain", "passing"
std::optional<RefusalScope> refusal_scope_from_string(const std::string& text);

struct TargetRefusal {
  std::string domain_uuid, domain_name;
  std::string target_uuid, target_name;
  RefusalScope scope = RefusalScope::kTarget;
  std::string reason;  // in libvirt's words, or ours
  int times = 1;       // within the day
  WallTime at{};       // the newest
  WallTime until{};    // not to be tried again before
  std::string facts;   // at that time: facts_of()
  bool operator==(const TargetRefusal&) const = default;
};

// The facts about domain and target that may be the reason, as a short text that changes when one of them does. Load,
// free room and other domains are not included.
std::string facts_of(const model::DomainRef& domain, const model::Node& target);

class TargetRefusals {
 public:
  struct Happened {
    std::string domain_uuid, domain_name, target_uuid, target_name;
    RefusalScope scope = RefusalScope::kTarget;
    std::string reason;
  };
  struct Rests {
    Milliseconds base;     // the cooldown of the rule that asked
    Milliseconds longest;  // the maximum of any cooldown
  };
  void note(const Happened& what, const model::Cluster& cluster, WallTime now, const Rests& rests);
  // The domain arrived there.
  void forget(const std::string& domain_uuid, const std::string& target_uuid);
  // Forgets old refusals, and those whose reason has visibly changed. Also corrects what would be in the future because
  // a clock was set back.
  void review(const model::Cluster& cluster, WallTime now, Milliseconds longest);

  // Why this domain cannot go there now.
  std::optional<model::Refusal> refusal(const std::string& domain_uuid, const std::string& target_uuid, WallTime now,
                                        model::Wording wording = model::Wording::kSentence) const;
  // Why the target comes last for this domain, although it is possible: it refused this domain. See distrust() too.
  std::optional<model::Refusal> comes_last(const std::string& domain_uuid, const model::Node& target,
                                           WallTime now) const;
  // Why the node comes last for all: "it refused 3 domains of late, …". Empty: it does not. Goes through all refusals.
  std::optional<std::string> distrust(const std::string& node_uuid, WallTime now) const;

  std::vector<TargetRefusal> all() const;  // by domain and target
  void restore(const std::vector<TargetRefusal>& all);

 private:
  void keep_bound();
  // By domain and target UUID; a target of "" stands for all.
  std::map<std::pair<std::string, std::string>, TargetRefusal> entries_;
};

}  // namespace hotspot::plan
