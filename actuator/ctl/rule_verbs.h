// hotspotctl rule VERB, one file a verb. Each returns the exit code of the process.
#pragma once

#include <string>
#include <vector>

#include "actuator/ctl/session.h"

namespace hotspot::ctl {

int rule_check(const std::vector<std::string>& paths, Format format);
int rule_list(Session& session);

enum class FmtMode { kWrite, kCheck };
int rule_fmt(const std::vector<std::string>& paths, FmtMode mode, Format format);

}  // namespace hotspot::ctl
