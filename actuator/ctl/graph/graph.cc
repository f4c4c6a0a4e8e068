#include "actuator/ctl/graph/graph.h"

#include <algorithm>
#include <cstdio>
#include <iterator>
#include <optional>

#include "actuator/client/admitted.h"
#include "actuator/ctl/graph/panels.h"
#include "actuator/ctl/known_names.h"
#include "actuator/ctl/picture/file.h"
#include "actuator/ctl/picture/kind.h"
#include "actuator/ctl/rule_sets.h"
#include "actuator/daemon/rule_files.h"
#include "actuator/io/rrd/history.h"
#include "actuator/rules/files/check.h"
#include "actuator/rules/language/diagnostic.h"
#include "common/text/ascii.h"
#include "common/text/nearest.h"
#include "common/text/visible.h"

namespace hotspot::ctl {
namespace {

constexpr std::size_t kMostPictureSteps = 760;  // one per pixel
constexpr std::size_t kLookedThroughJournal = 10'000;
constexpr Milliseconds kTwoYears{std::chrono::hours(24 * 730)};

// Additional data from Redis: without it, the picture shows less.
struct FromRedis {
  std::vector<KnownName> nodes, domains;
  model::Placement placement;
  std::vector<ports::JournalEntry> journal;
  std::vector<telemetry::PublishedLimit> running;  // limits of the rules that hotspotd runs
  std::string no_limits;                           // why `running` could not be read
  std::string trouble;
};

FromRedis ask_redis(Session& session) {
  FromRedis found;
  auto newest = client::newest_of_admitted(session.connection(), std::chrono::hours(1));
  if (!newest) {
    found.trouble = newest.error().message;
    return found;
  }
  for (const auto& [id, node] : newest->registry.nodes) found.nodes.push_back({node.name, node.host_uuid, ""});
  for (const ports::Arrival& arrival : newest->newest.snapshots) {
    for (const auto& domain : arrival.snapshot.domains) {
      found.domains.push_back({domain.name, domain.uuid, ""});
      found.placement[domain.name] = found.placement[domain.uuid] = arrival.snapshot.node.name;
    }
  }
  auto published = session.redis().published();
  if (!published)
    found.no_limits = published.error().message;
  else if (*published)
    found.running = std::move((*published)->limits);
  auto journal = session.redis().newest_entries(kLookedThroughJournal);
  if (journal)
    found.journal = std::move(*journal);
  else
    found.trouble = journal.error().message;
  return found;
}

// The name used by the files: the word itself, the UUID of that name, or the name of that UUID.
std::string in_files(const std::string& word, const std::set<std::string>& there, const std::vector<KnownName>& known) {
  if (there.contains(word)) return word;
  for (const KnownName& one : known) {
    if (one.name == word && there.contains(one.uuid)) return one.uuid;
    if (one.uuid == word && there.contains(one.name)) return one.name;
  }
  return "";
}

std::string where_from(const GraphQuestion& question) {
  std::string text;
  for (const std::string& one : question.rrd) text += (text.empty() ? "" : ", ") + one;
  if (question.rrdcached.empty()) return text;
  return text + (text.empty() ? "" : " and ") + "rrdcached at " + question.rrdcached;
}

// A node and a domain of the same name are both drawn.
std::vector<GraphSubject> subjects_called(const std::string& word, const io::RrdHistory::Names& there,
                                          const FromRedis& redis) {
  std::vector<GraphSubject> subjects;
  if (const std::string node = in_files(word, there.nodes, redis.nodes); !node.empty())
    subjects.push_back({.is_node = true, .name = node, .node = ""});
  if (const std::string domain = in_files(word, there.domains, redis.domains); !domain.empty()) {
    const auto place = redis.placement.find(domain);
    subjects.push_back({.is_node = false, .name = domain, .node = place == redis.placement.end() ? "" : place->second});
  }
  return subjects;
}

int say_no_files(const std::string& word, const io::RrdHistory::Names& there, const GraphQuestion& question) {
  std::vector<std::string_view> all(there.nodes.begin(), there.nodes.end());
  all.insert(all.end(), there.domains.begin(), there.domains.end());
  const std::string near = text::nearest(word, all);
  fail("there are no RRD files of a node or domain '" + text::visible(word) + "' in " + where_from(question) +
       (near.empty() ? all.empty() ? ": it has none of hotspot.so at all" : ""
                     : ", did you mean '" + text::visible(near) + "'?"));
  return kNothing;
}

// Only the subject's own series: files of other subjects are not read.
ports::HistoryQuery query_of(const GraphSubject& subject, WallTime from, WallTime to) {
  ports::HistoryQuery query{.from = from, .to = to, .series = drawn_series(subject)};
  (subject.is_node ? query.nodes : query.domains) = {subject.name};
  return query;
}

// When it last had a value, as far back as the files reach.
std::string newest_value(io::RrdHistory& history, const GraphSubject& subject, WallTime now) {
  const auto content = history.read(query_of(subject, now - kTwoYears, now));
  std::optional<WallTime> newest;
  if (content) {
    for (const auto& series : content->series)
      if (!series.samples.empty()) newest = std::max(newest.value_or(WallTime{}), series.samples.back().time);
  }
  return newest ? "; its newest is of about " + time_cell(*newest) : "; its files have none at all";
}

// Null if they cannot be read. An error only for rules that were named.
struct RulesAtHand {
  std::shared_ptr<const rules::RuleSet> rules;
  std::string trouble;
};

Result<RulesAtHand> rules_at_hand(Session& session, const GraphQuestion& question) {
  if (!question.rules.empty()) {
    auto named = load_rule_set(question.rules);
    if (named == nullptr) return Error{"these rules cannot be drawn"};
    return RulesAtHand{std::move(named), ""};
  }
  const auto files = daemon::read_rule_files(session.config().rules_path);
  if (!files) return RulesAtHand{nullptr, files.error().message};
  auto checked = rules::check(*files);
  if (checked.rules == nullptr)
    return RulesAtHand{nullptr,
                       "there is an error in " + session.config().rules_path + " (hotspotctl rule check says which)"};
  return RulesAtHand{std::move(checked.rules), ""};
}

class GraphMaker {
  using Running = std::vector<telemetry::PublishedLimit>;

 public:
  GraphMaker(Session& session, const GraphQuestion& question)
      : session_(session),
        question_(question),
        time_(steps_between(session.now() - question.since, session.now() - question.until, kMostPictureSteps)),
        history_(io::rrd_history_options(question.rrd, question.rrdcached, question.plugin)) {}

  int draw() {
    const auto there = history_.names();
    if (!there) return fail(there.error().message);
    auto at_hand = rules_at_hand(session_, question_);
    if (!at_hand) return fail(at_hand.error().message);
    rules_ = std::move(at_hand->rules);
    redis_ = ask_redis(session_);
    if (rules_ == nullptr) say_limits(at_hand->trouble);
    std::vector<GraphSubject> subjects;
    for (const std::string& word : question_.names) {
      const auto called = subjects_called(word, *there, redis_);
      if (called.empty()) return say_no_files(word, *there, question_);
      subjects.insert(subjects.end(), called.begin(), called.end());
    }
    for (const GraphSubject& subject : subjects)
      if (const int code = add(subject); code != kDone) return code;
    if (!redis_.trouble.empty()) fail("what was done is not drawn: " + redis_.trouble);
    if (redis_.journal.size() == kLookedThroughJournal && redis_.journal.front().at > time_.from)
      fail("what was done before " + time_cell(to_unix_seconds(redis_.journal.front().at)) +
           " is not drawn: only the " + std::to_string(kLookedThroughJournal) +
           " newest entries of the journal are read");
    return write();
  }

 private:
  int add(const GraphSubject& subject) {
    auto content = history_.read(query_of(subject, time_.from, time_.to()));
    if (!content) return fail(content.error().message);
    for (const std::string& problem : content->problems) fail(problem);
    const GraphMaterial material{.time = time_,
                                 .series = std::move(content->series),
                                 .rules = rules_,
                                 .actions = actions_of(redis_.journal, subject, time_),
                                 .running = rules_ == nullptr ? redis_.running : Running()};
    if (!has_values(subject, material)) {
      fail("'" + text::visible(subject.name) + "' has no value between " + time_cell(time_.from) + " and " +
           time_cell(to_unix_seconds(time_.to())) + newest_value(history_, subject, session_.now()));
      return kNothing;
    }
    auto panels = panels_of(subject, material);
    std::move(panels.begin(), panels.end(), std::back_inserter(panels_));
    return kDone;
  }

  void say_limits(const std::string& trouble) const {
    const std::string both = trouble + (redis_.no_limits.empty() ? "" : "; and of hotspotd's: " + redis_.no_limits);
    if (redis_.running.empty()) return void(fail("no limits of rules are drawn: " + both));
    fail("the limits are those of the rules that hotspotd runs, also where they are of other nodes or domains alone: " +
         trouble);
  }

  int write() {
    const std::string path = question_.file.empty() ? graph_file_name(question_.names) : question_.file;
    const auto picture = io::draw_chart(time_, panels_, *picture_kind(path));
    if (!picture) return fail(picture.error().message);
    const auto written = write_picture(*picture, path);
    if (!written) return fail(written.error().message);
    std::printf("%s\n", text::visible(path, text::kMostLineBytes).c_str());
    return kDone;
  }

  Session& session_;
  const GraphQuestion& question_;
  io::ChartTime time_;
  io::RrdHistory history_;
  std::shared_ptr<const rules::RuleSet> rules_;
  FromRedis redis_;
  std::vector<io::ChartPanel> panels_;
};

}  // namespace

std::string graph_file_name(const std::vector<std::string>& names) {
  constexpr std::size_t kMost = 100;
  std::string name;
  for (const char c : names.empty() ? std::string("graph") : names.front()) {
    const bool plain = text::is_letter_or_digit(c) || c == '_' || ((c == '-' || c == '.') && !name.empty());
    if (name.size() < kMost) name += plain ? c : '_';
  }
  if (names.size() > 1) name += "-and-" + std::to_string(names.size() - 1) + "-more";
  return name + ".png";
}

int graph(Session& session, const GraphQuestion& question) {
  if (question.until >= question.since) {
    fail("--until has to be less than --since: both say how long ago");
    return kUsage;
  }
  return GraphMaker(session, question).draw();
}

}  // namespace hotspot::ctl
