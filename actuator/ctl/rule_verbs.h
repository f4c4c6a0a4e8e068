// hotspotctl rule VERB, one file per verb. Each returns the exit code of the process.
#pragma once

#include <string>
#include <vector>

#include "actuator/ctl/rule_replay.h"
#include "actuator/ctl/session.h"

namespace hotspot::ctl {

// Live: also checks against the present content of Redis and warns of unknown label values. Null: files only.
int rule_check(const std::vector<std::string>& paths, Format format, Session* live);
int rule_test(const std::vector<std::string>& paths, const std::string& junit_path, Format format);

enum class FmtMode { kWrite, kCheck };
int rule_fmt(const std::vector<std::string>& paths, FmtMode mode, Format format);

int rule_list(Session& session);
int rule_list_files(const std::vector<std::string>& paths, Format format);
// An empty subject: all. No paths: the configured ones.
int rule_explain(Session& session, const std::string& rule, const std::string& subject,
                 const std::vector<std::string>& rule_paths);
// Gives the rule back its right to act. owner: empty for the user who is logged in.
struct TrustRequest {
  std::string rule, reason, owner;
};
int rule_trust(Session& session, const TrustRequest& request);
int rule_eval(Session& session, const std::string& expression);
int rule_replay(Session& session, ReplayQuestion question);

}  // namespace hotspot::ctl
