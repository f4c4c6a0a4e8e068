// What a replay found, as a picture: which lanes it has, what is said of each, and the file.
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

// PNG where the name has no end.
Result<PictureKind> replay_picture_kind(const std::string& path);

// What files or directories are called, without the folders that they are in: "a.yml rules.d".
std::string rule_set_name(const std::vector<std::string>& paths);

struct PictureSet {
  std::string name;  // as rule_set_name() has it
  std::shared_ptr<const rules::RuleSet> rules;
  const rules::ReplayResult* result = nullptr;
};

// Goes through the history once more, in order of time.
using ReadHistory = std::function<Result<void>(const std::function<void(const telemetry::NodeSnapshot&)>& take)>;

struct PictureQuestion {
  std::vector<PictureSet> sets;  // at least one
  model::Freshness freshness;
  rules::EngineOptions options;
  ReadHistory read;
};

// The lanes that fired longest, at most kMostLanes of all sets. An error: nothing fired, history cannot be read.
Result<Page> picture_page(const PictureQuestion& question);
// What a file of that kind holds.
Result<std::string> picture_bytes(const Page& page, PictureKind kind);

}  // namespace hotspot::ctl
