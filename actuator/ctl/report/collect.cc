#include "actuator/ctl/report/collect.h"

#include <algorithm>
#include <set>
#include <utility>

#include "actuator/client/status_record.h"
#include "actuator/ctl/parsed.h"
#include "actuator/ctl/report/gather.h"
#include "actuator/ctl/report/report.h"
#include "actuator/io/rrd/history.h"

namespace hotspot::ctl::report {
namespace {

// Per stream; takes some seconds to read.
constexpr std::size_t kMostRead = 1'000'000;
// The clocks of hotspotd and Redis differ by less than this.
constexpr Milliseconds kClocks{std::chrono::minutes(10)};
// A few RRD files are read for each; only the newest actions are considered.
constexpr std::size_t kMostCpuLooks = 200;

// next: returns the page that begins at its argument. take: receives an entry of it.
template <typename Next, typename Take>
Result<void> read_pages(Gatherer& gatherer, Next next, Take take) {
  std::string before;
  for (std::size_t read = 0; read < kMostRead;) {
    const auto page = next(before);
    if (!page) return page.error();
    for (const auto& one : page->entries) take(one);
    gatherer.unreadable(page->unreadable);
    read += page->entries.size() + page->unreadable;
    before = page->next;
    if (before.empty()) return {};
  }
  gatherer.cut();
  return {};
}

Result<void> read_decisions(Session& session, Gatherer& gatherer, WallTime from) {
  const auto oldest = session.redis().oldest_decision();
  if (!oldest) return oldest.error();
  if (*oldest) gatherer.oldest(**oldest);
  return read_pages(
      gatherer, [&](const std::string& before) { return session.redis().past_decisions(from - kClocks, before); },
      [&](const io::RecordedDecision& one) { gatherer.decision(one.json); });
}

Result<void> read_journal(Session& session, Gatherer& gatherer, WallTime from) {
  return read_pages(
      gatherer, [&](const std::string& before) { return session.redis().past_entries(from - kClocks, before); },
      [&](const ports::JournalEntry& one) { gatherer.entry(one); });
}

struct CpuLook {
  WallTime done;
  std::set<std::string> nodes;
};

// For which nodes and times the CPU was predicted, from actions that were done; the newest first.
std::vector<CpuLook> cpu_looks(const Evidence& evidence) {
  std::map<std::string, const SeenDecision*> decisions;
  for (const SeenDecision& one : evidence.decisions) decisions.emplace(one.id, &one);
  std::vector<CpuLook> looks;
  for (auto action = evidence.actions.rbegin(); action != evidence.actions.rend(); ++action) {
    const auto decision = decisions.find(action->action.decision_id);
    if (action->state != model::ActionState::kDone || decision == decisions.end()) continue;
    CpuLook look{.done = action->took_effect.value_or(action->at), .nodes = {}};
    for (const SeenEffect& effect : decision->second->effects)
      if (effect.cpu_after) look.nodes.insert(effect.node);
    if (!look.nodes.empty()) looks.push_back(std::move(look));
    if (looks.size() == kMostCpuLooks) break;
  }
  return looks;
}

// Empty: everything that was needed was read.
std::string read_cpu(Session& session, const Asked& asked, Evidence& evidence) {
  const std::vector<CpuLook> looks = cpu_looks(evidence);
  if (looks.empty()) return "";
  Asked where = asked;
  choose_history(session.config(), {where.rrd, where.rrdcached, where.plugin});
  io::RrdHistory history(io::rrd_history_options(where.rrd, where.rrdcached, where.plugin));
  for (const CpuLook& look : looks) {
    const auto content = history.read({.from = look.done,
                                       .to = look.done + kCpuTo,
                                       .nodes = {look.nodes.begin(), look.nodes.end()},
                                       .series = {"node_cpu_ratio"}});
    if (!content) return "The CPU of the nodes after actions is not compared: " + content.error().message;
    for (const model::HistorySeries& series : content->series) {
      // A step longer than the period in question says nothing about it.
      if (series.name != "node_cpu_ratio" || series.step > kCpuTo - kCpuFrom) continue;
      for (const model::HistorySample& one : series.samples)
        evidence.node_cpu[series.node].push_back({.at = one.time, .ratio = one.value});
    }
  }
  return "";
}

}  // namespace

Result<Collected> collect(Session& session, const Asked& asked) {
  const WallTime now = session.now(), from = now - asked.since, until = now - asked.until;
  Gatherer gatherer(from, until);
  Collected collected;
  // Read the status first: a firing that ends later is then found among the decisions.
  const auto record = client::read_status(session.connection());
  if (!record) return record.error();
  if (record->led) gatherer.status(record->status);
  if (record->led) collected.mode = record->status.mode;
  if (const auto read = read_decisions(session, gatherer, from); !read) return read.error();
  if (const auto read = read_journal(session, gatherer, from); !read) return read.error();
  collected.evidence = gatherer.take();
  if (std::string trouble = read_cpu(session, asked, collected.evidence); !trouble.empty())
    collected.troubles.push_back(std::move(trouble));
  return collected;
}

}  // namespace hotspot::ctl::report
