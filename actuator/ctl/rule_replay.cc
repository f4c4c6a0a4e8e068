// hotspotctl rule replay: shows what a rule set would have fired on in the past.
#include "actuator/ctl/rule_replay.h"
#include "actuator/client/admitted.h"

#include <algorithm>
#include <cstdio>
#include <functional>
#include <set>

#include "actuator/ctl/picture/file.h"
#include "actuator/ctl/replay_picture.h"
#include "actuator/ctl/rule_sets.h"
#include "actuator/ctl/rule_verbs.h"
#include "actuator/io/rrd/history.h"
#include "actuator/rules/engine/engine.h"
#include "actuator/rules/language/diagnostic.h"
#include "common/files/regular_file.h"
#include "common/text/nearest.h"
#include "common/text/visible.h"
#include "telemetry/codec.h"

namespace hotspot::ctl {
namespace {

// History is read in pieces, so that a week of a large cluster need not fit into memory.
constexpr Milliseconds kPiece{std::chrono::hours(6)};
constexpr std::size_t kMostSnapshotBytes = 64u << 20;  // as SnapshotLimits::widest()

using Take = std::function<void(const telemetry::NodeSnapshot&)>;

Result<model::Placement> placement_now(Session& session) {
  const auto newest = client::newest_of_admitted(session.connection(), std::chrono::hours(1));
  if (!newest) return newest.error();
  model::Placement placement;
  for (const ports::Arrival& arrival : newest->newest.snapshots) {
    for (const auto& domain : arrival.snapshot.domains) placement[domain.name] = arrival.snapshot.node.name;
  }
  return placement;
}

// A name that was asked for and does not exist; empty if all exist.
std::string not_there(const char* what, const std::vector<std::string>& asked, const std::set<std::string>& there) {
  constexpr std::size_t kMost = 8;
  for (const std::string& name : asked) {
    if (there.contains(name)) continue;
    std::string text = std::string("no ") + what + " is called '" + name + "' in this history";
    const std::string near = text::nearest(name, {there.begin(), there.end()});
    if (!near.empty()) return text + ", did you mean '" + near + "'?";
    // The alphabetical neighbours of the name.
    auto first = there.lower_bound(name);
    for (std::size_t i = 0; i < kMost / 2 && first != there.begin(); ++i) --first;
    std::string names;
    std::size_t listed = 0;
    for (; first != there.end() && listed < kMost; ++first, ++listed) names += (names.empty() ? "" : ", ") + *first;
    if (names.empty()) return text + ": it holds none";
    return text + "; there " + (there.size() == 1 ? "is " : "are ") + names +
           (listed < there.size() ? " and " + std::to_string(there.size() - listed) + " more" : "");
  }
  return "";
}

Result<void> read_rrd(Session& session, const ReplayQuestion& question, std::vector<std::string>& problems,
                      const Take& take) {
  model::Placement placement;
  if (question.placed_as_now) {
    auto now = placement_now(session);
    if (!now) return now.error();
    placement = std::move(*now);
  }
  io::RrdHistory history(io::rrd_history_options(question.rrd, question.rrdcached, question.plugin));
  const auto there = history.names();
  if (!there) return there.error();
  std::string unknown = not_there("node", question.nodes, there->nodes);
  if (unknown.empty()) unknown = not_there("domain", question.domains, there->domains);
  if (!unknown.empty()) return Error{unknown};
  const WallTime end = question.now - question.until;
  ports::HistoryQuery query{
      .from = question.now - question.since,
      .to = end,
      .consolidation = question.maximum ? ports::Consolidation::kMaximum : ports::Consolidation::kAverage,
      .nodes = question.nodes,
      .domains = question.domains};
  for (; query.from < end; query.from = query.to) {
    query.to = std::min(end, query.from + kPiece);
    const auto content = history.read(query);
    if (!content) return content.error();
    for (const auto& snapshot : model::snapshots_of(content->series, placement)) take(snapshot);
    for (const std::string& problem : content->problems) {
      if (std::find(problems.begin(), problems.end(), problem) == problems.end()) problems.push_back(problem);
    }
  }
  return {};
}

// Removes nodes and domains that were not asked for; a sentence if one that was asked for does not exist.
std::string keep_asked(const ReplayQuestion& question, std::vector<telemetry::NodeSnapshot>& all) {
  std::set<std::string> nodes, domains;
  for (const auto& snapshot : all) {
    nodes.insert(snapshot.node.name);
    for (const auto& domain : snapshot.domains) domains.insert(domain.name);
  }
  std::string unknown = not_there("node", question.nodes, nodes);
  if (unknown.empty()) unknown = not_there("domain", question.domains, domains);
  if (!unknown.empty()) return unknown;
  const auto drops = [](const std::vector<std::string>& asked, const std::string& name) {
    return !asked.empty() && std::find(asked.begin(), asked.end(), name) == asked.end();
  };
  std::erase_if(all, [&](const auto& snapshot) { return drops(question.nodes, snapshot.node.name); });
  for (auto& snapshot : all)
    std::erase_if(snapshot.domains, [&](const auto& domain) { return drops(question.domains, domain.name); });
  return "";
}

// One JSON object per line; other lines (IDs and field names of `redis-cli --raw XRANGE`) are skipped.
Result<void> read_recorded(const ReplayQuestion& question, std::vector<std::string>& problems, const Take& take) {
  std::vector<telemetry::NodeSnapshot> all;
  telemetry::SnapshotDecoder decoder(telemetry::SnapshotLimits::widest());
  for (const std::string& path : question.snapshots) {
    const auto read = files::read_lines(path, kMostSnapshotBytes, [&](std::size_t number, std::string_view line) {
      if (!line.starts_with("{")) return;
      auto snapshot = decoder.decode(line);
      if (snapshot) {
        all.push_back(std::move(*snapshot));
      } else {
        problems.push_back(path + ":" + std::to_string(number) + ": " + snapshot.error().message);
      }
    });
    if (!read) return read;
  }
  if (auto unknown = keep_asked(question, all); !unknown.empty()) return Error{unknown};
  std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.taken_at < b.taken_at; });
  for (const auto& snapshot : all) take(snapshot);
  return {};
}

std::string joined(const std::vector<std::string>& paths) {
  std::string text;
  for (const std::string& path : paths) text += (text.empty() ? "" : " ") + path;
  return text;
}

struct Loaded {
  std::vector<std::string> paths;
  std::shared_ptr<const rules::RuleSet> rules;
  rules::Replay replay;
};

Result<void> read_history(Session& session, const ReplayQuestion& question, std::vector<std::string>& problems,
                          const Take& take) {
  return question.snapshots.empty() ? read_rrd(session, question, problems, take)
                                    : read_recorded(question, problems, take);
}

rules::EngineOptions engine_options(const Session& session) {
  return {.external_labels = session.config().external_labels,
          .external_url = session.config().external_url,
          .freshness = session.config().freshness,
          .margins = session.config().margins};
}

// False: errors have been printed.
bool load_sets(Session& session, const ReplayQuestion& question, std::vector<Loaded>& loaded) {
  const std::vector<std::string> configured{session.config().rules_path};
  for (const auto& paths : {question.rules.empty() ? configured : question.rules, question.against}) {
    if (paths.empty()) continue;
    auto set = load_rule_set(paths);
    if (set == nullptr) return false;
    loaded.push_back({paths, set, rules::Replay(set, session.config().freshness, engine_options(session))});
  }
  return true;
}

// Reads the history a second time, only for what fired: this bounds the memory use.
int draw(Session& session, const ReplayQuestion& question, const std::vector<Loaded>& loaded,
         const std::vector<ReplayedSet>& sets) {
  PictureQuestion picture{
      .sets = {}, .freshness = session.config().freshness, .options = engine_options(session), .read = {}};
  for (std::size_t i = 0; i < sets.size(); ++i)
    picture.sets.push_back({rule_set_name(loaded[i].paths), loaded[i].rules, &sets[i].result});
  std::vector<std::string> said_already;
  picture.read = [&](const Take& take) { return read_history(session, question, said_already, take); };
  const auto page = picture_page(picture);
  if (!page) return fail(page.error().message);
  const auto bytes = picture_bytes(*page, *picture_kind_or_png(question.picture));
  if (!bytes) return fail(bytes.error().message);
  const auto written = write_picture(*bytes, question.picture);
  return written ? static_cast<int>(kDone) : fail(written.error().message);
}

}  // namespace

int rule_replay(Session& session, ReplayQuestion question) {
  question.now = session.now();
  if (!question.picture.empty()) {
    const auto kind = picture_kind_or_png(question.picture);
    if (!kind) return fail(kind.error().message), kUsage;
  }
  std::vector<Loaded> loaded;
  if (!load_sets(session, question, loaded)) return kFailed;
  std::vector<std::string> problems;
  std::size_t taken = 0;
  const auto read = read_history(session, question, problems, [&](const telemetry::NodeSnapshot& snapshot) {
    ++taken;
    for (Loaded& one : loaded) one.replay.add(snapshot);
  });
  if (!read) return fail(read.error().message);
  for (const std::string& problem : problems) fail(text::visible(problem, text::kMostLineBytes));
  if (taken == 0) {
    fail("there is no history of that time: no RRD file of hotspot.so has a value in it");
    return kNothing;
  }
  std::vector<ReplayedSet> sets;
  for (Loaded& one : loaded) sets.push_back({joined(one.paths), one.replay.finish()});
  if (session.format() == Format::kTable) {
    std::fputs(replay_text(sets).c_str(), stdout);
  } else {
    std::fputs(to_text(replay_json(sets, problems), session.format()).c_str(), stdout);
  }
  return question.picture.empty() ? static_cast<int>(kDone) : draw(session, question, loaded, sets);
}

}  // namespace hotspot::ctl
