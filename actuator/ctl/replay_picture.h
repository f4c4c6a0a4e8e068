// The result of a replay as a picture: chooses and labels the lanes, and makes the file.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "actuator/ctl/picture/kind.h"
#include "actuator/ctl/picture/page.h"
#include "actuator/ctl/rule_replay.h"
#include "actuator/rules/engine/engine.h"

namespace hotspot::ctl {

inline constexpr std::size_t kMostLanes = 40;

// The names of files or directories without their parent directories: "a.yml rules.d".
std::string rule_set_name(const std::vector<std::string>& paths);

struct PictureSet {
  std::string name;  // from rule_set_name()
  std::shared_ptr<const rules::RuleSet> rules;
  const rules::ReplayResult* result = nullptr;
};

// Reads the history once more, in order of time.
using ReadHistory = std::function<Result<void>(const std::function<void(const telemetry::NodeSnapshot&)>& take)>;

struct PictureQuestion {
  std::vector<PictureSet> sets;  // at least one
  model::Freshness freshness;
  rules::EngineOptions options;
  ReadHistory read;
};

// The lanes that fired longest, at most kMostLanes over all sets. An error: nothing fired, or history cannot be read.
Result<Page> picture_page(const PictureQuestion& question);
// The content of a file of that kind.
Result<std::string> picture_bytes(const Page& page, PictureKind kind);

}  // namespace hotspot::ctl
