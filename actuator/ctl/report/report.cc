#include "actuator/ctl/report/report.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <tuple>
#include <utility>

#include "common/text/duration.h"

namespace hotspot::ctl::report {
namespace {

// A leader writes its status every second; of thousands of nodes every five.
constexpr Milliseconds kSilent{std::chrono::minutes(1)};

// There are fewer kinds; further ones are invalid.
constexpr std::size_t kMostKinds = 20;

struct Span {
  WallTime from, to;
};

// Their total length; overlaps count once.
Milliseconds union_of(std::vector<Span> spans) {
  std::sort(spans.begin(), spans.end(), [](const Span& a, const Span& b) { return a.from < b.from; });
  Milliseconds all{0};
  WallTime until{};
  for (const Span& one : spans) {
    const WallTime from = std::max(one.from, until);
    if (one.to > from) all += one.to - from;
    until = std::max(until, one.to);
  }
  return all;
}

// Intermediate data of one rule while the evidence is processed.
struct Making {
  RuleReport rule;
  std::vector<Span> spans;
  std::map<std::string, std::vector<Span>> by_subject;  // by key
  std::map<std::string, std::string> names;             // key → for people
  std::vector<Judged> bad;
  std::vector<std::pair<double, double>> duration, downtime, cpu;
  std::set<std::string> not_known;  // subjects
  bool only_tells = true, decided = false;
};

void count(Counts& counts, const Judged& judged, Making& making) {
  ++counts.made;
  if (judged.fate == Fate::kGood) ++counts.good;
  if (judged.fate == Fate::kUseless) ++counts.useless;
  if (judged.fate == Fate::kWrong) ++counts.wrong;
  if (judged.reason != Reason::kNone) ++counts.by_reason[judged.reason];
  if (counts.by_kind.size() < kMostKinds || counts.by_kind.contains(judged.kind)) ++counts.by_kind[judged.kind];
  if (judged.fate == Fate::kUseless || judged.fate == Fate::kWrong) making.bad.push_back(judged);
}

class Maker {
 public:
  Maker(const Evidence& evidence, const std::string& rule) : evidence_(evidence), only_(rule), index_(evidence) {
    const Reach& reach = evidence.reach;
    report_.reach = reach;
    report_.data_from =
        std::max({reach.from, reach.oldest.value_or(reach.from), reach.no_ends_until.value_or(reach.from)});
  }

  Report make() {
    for (const SeenFiring& one : evidence_.firings) firing(one);
    decisions();
    for (const SeenAction& one : evidence_.actions) action(one);
    for (auto& [name, making] : makings_) {
      finish(making);
      report_.rules.push_back(std::move(making.rule));
    }
    remark();
    for (RuleReport& rule : report_.rules) judge_rule(rule, report_);
    return std::move(report_);
  }

 private:
  Making* making_of(const std::string& rule) {
    if (!only_.empty() && rule != only_) return nullptr;
    const auto found = makings_.find(rule);
    if (found != makings_.end()) return &found->second;
    if (makings_.size() == kMostRules) return too_many_ = true, nullptr;
    Making& made = makings_[rule];
    made.rule.rule = rule;
    return &made;
  }

  void firing(const SeenFiring& one) {
    const Span span{std::max(one.since, report_.data_from), one.until};
    Making* making = span.to < span.from ? nullptr : making_of(one.rule);
    if (making == nullptr) return;
    ++making->rule.firings;
    making->rule.go_on += one.goes_on ? 1 : 0;
    making->rule.longest = std::max(making->rule.longest, span.to - span.from);
    making->spans.push_back(span);
    making->by_subject[one.subject_key].push_back(span);
    making->names[one.subject_key] = one.subject;
  }

  // The decisions about one firing, in order of time.
  struct Group {
    const SeenDecision* first_recommended = nullptr;
    const SeenDecision* last = nullptr;
    bool acted = false;
    std::size_t changes = 0;
    std::string refused;
  };

  void decisions() {
    std::map<std::tuple<std::string, std::string, const SeenFiring*, WallTime>, Group> groups;
    std::map<std::pair<std::string, std::string>, std::pair<WallTime, WallTime>> without;  // begin of a group, its end
    for (const SeenDecision& one : evidence_.decisions) {
      // An entry without a key was written by an older hotspotd.
      if (one.at < report_.data_from || one.subject_key.empty()) continue;
      Making* making = making_of(one.rule);
      if (making == nullptr) continue;
      making->decided = true;
      making->only_tells = making->only_tells && one.only_tells;
      const std::string& subject = one.subject_key;
      const SeenFiring* firing = index_.firing_of(one);
      WallTime begin{};
      if (firing == nullptr) {
        making->not_known.insert(subject);
        auto& [since, last] = without.try_emplace({one.rule, subject}, one.at, one.at).first->second;
        if (one.at - last > kAfterwards) since = one.at;
        last = one.at;
        begin = since;
      }
      add(groups[{one.rule, subject, firing, begin}], one);
    }
    for (const auto& [key, group] : groups) take(*making_of(std::get<0>(key)), group, std::get<2>(key) != nullptr);
  }

  static void add(Group& group, const SeenDecision& one) {
    group.last = &one;
    if (one.outcome == "act") group.acted = true;
    if (one.outcome == "nothing" && group.refused.empty()) group.refused = one.refused;
    if (one.outcome != "recommend") return;
    if (group.first_recommended == nullptr)
      group.first_recommended = &one;
    else
      ++group.changes;
  }

  void take(Making& making, const Group& group, bool known) {
    making.rule.changed_its_mind += group.changes;
    if (group.first_recommended != nullptr && !group.acted) {
      const Judged judged = judge(*group.first_recommended, index_);
      count(making.rule.recommended, judged, making);
      if (judged.fate == Fate::kGood) making.rule.could_avoid += judged.could_avoid;
    } else if (!group.acted && known && !group.refused.empty()) {
      ++making.rule.nothing_possible;
      ++making.rule.refused[group.refused];
    }
  }

  // Orders, and the roll-backs of orders, are of no rule.
  void action(const SeenAction& one) {
    if (one.action.rule.empty()) return;
    Making* making = one.action.planned_at < report_.data_from ? nullptr : making_of(one.action.rule);
    if (making == nullptr) return;
    making->decided = true;
    making->only_tells = false;
    if (!one.action.undoes.empty()) {
      ++making->rule.roll_backs;
      return;
    }
    const Judged judged = judge(one, index_);
    count(making->rule.done, judged, *making);
    making->rule.kills += judged.reason == Reason::kKill ? 1 : 0;
    making->rule.cured += judged.cured_after ? 1 : 0;
    making->rule.not_cured += judged.goes_on_hot ? 1 : 0;
    if (one.state != model::ActionState::kDone) return;
    const WallTime effect = one.took_effect.value_or(one.at);
    if (const SeenFiring* firing = index_.firing_of(one); firing != nullptr && firing->until > effect)
      making->rule.hot_after += firing->until - effect;
    predictions(one, *making);
  }

  void predictions(const SeenAction& one, Making& making) {
    const auto pair_of = [&](const char* predicted, const char* measured, auto& into) {
      const auto p = one.figures.find(predicted), m = one.figures.find(measured);
      if (p != one.figures.end() && m != one.figures.end()) into.emplace_back(p->second, m->second);
    };
    pair_of("predicted_total_ms", "total_ms", making.duration);
    pair_of("predicted_downtime_ms", "downtime_ms", making.downtime);
    const SeenDecision* decision = index_.decision(one.action.decision_id);
    if (decision == nullptr) return;
    for (const SeenEffect& effect : decision->effects) {
      const auto measured = stored_cpu(effect.node, one.took_effect.value_or(one.at));
      if (effect.cpu_after && measured) making.cpu.emplace_back(*effect.cpu_after * 100, *measured * 100);
    }
  }

  std::optional<double> stored_cpu(const std::string& node, WallTime done) const {
    const auto found = evidence_.node_cpu.find(node);
    if (found == evidence_.node_cpu.end()) return std::nullopt;
    double sum = 0;
    std::size_t samples = 0;
    for (const StoredCpu& one : found->second) {
      if (one.at <= done + kCpuFrom || one.at > done + kCpuTo) continue;
      sum += one.ratio;
      ++samples;
    }
    return samples == 0 ? std::nullopt : std::optional(sum / static_cast<double>(samples));
  }

  static void finish(Making& making) {
    RuleReport& rule = making.rule;
    for (auto& [key, spans] : making.by_subject) {
      const std::size_t firings = spans.size();
      rule.subjects.push_back({making.names[key], union_of(std::move(spans)), firings});
      rule.hot += rule.subjects.back().hot;
    }
    rule.all_subjects = rule.subjects.size();
    std::stable_sort(rule.subjects.begin(), rule.subjects.end(),
                     [](const HotSubject& a, const HotSubject& b) { return a.hot > b.hot; });
    if (rule.subjects.size() > kMostSubjects) rule.subjects.resize(kMostSubjects);
    rule.hot_any = union_of(std::move(making.spans));
    rule.ends_not_known = making.not_known.size();
    rule.duration_ms = errors_of(std::move(making.duration));
    rule.downtime_ms = errors_of(std::move(making.downtime));
    rule.cpu_points = errors_of(std::move(making.cpu));
    std::stable_sort(making.bad.begin(), making.bad.end(), [](const Judged& a, const Judged& b) {
      return std::tuple(a.fate == Fate::kWrong, a.at) > std::tuple(b.fate == Fate::kWrong, b.at);
    });
    if (making.bad.size() > kMostListed) making.bad.resize(kMostListed);
    rule.bad = std::move(making.bad);
    if (making.decided && making.only_tells) rule.verdict = Verdict::kOnlyTells;
  }

  void remark();

  const Evidence& evidence_;
  std::string only_;
  Index index_;
  Report report_;
  std::map<std::string, Making> makings_;
  bool too_many_ = false;
};

void Maker::remark() {
  const Reach& reach = report_.reach;
  auto& remarks = report_.remarks;
  if (reach.oldest && *reach.oldest > reach.from)
    remarks.push_back("Redis has no decisions older than " + text::duration_text(reach.until - *reach.oldest) +
                      ", of " + text::duration_text(reach.until - reach.from) +
                      " that were asked for: what was before is not in this report.");
  if (reach.no_ends_until && *reach.no_ends_until > reach.from)
    remarks.push_back("Up to " + text::duration_text(reach.until - *reach.no_ends_until) +
                      " before the end, hotspotd was of a version that records no ends of firings: that time is not in "
                      "this report.");
  if (!reach.led_until)
    remarks.push_back("No hotspotd has left its status: what fires now is not known.");
  else if (reach.until - *reach.led_until > kSilent)
    remarks.push_back("hotspotd has written nothing for " + text::duration_text(reach.until - *reach.led_until) +
                      ": what came after is not in this report.");
  if (reach.cut)
    remarks.push_back("There was more than " + std::to_string(kMostOfAKind) +
                      " entries of a kind, which is more than a report takes in: the newest of them count.");
  if (reach.unreadable > 0)
    remarks.push_back(std::to_string(reach.unreadable) + (reach.unreadable == 1 ? " entry" : " entries") +
                      " could not be read, and were left out: of another version, or written by somebody else.");
  if (too_many_)
    remarks.push_back("There are more than " + std::to_string(kMostRules) + " rules: the others were left out.");
}

}  // namespace

std::size_t Counts::of(Reason reason) const {
  const auto found = by_reason.find(reason);
  return found == by_reason.end() ? 0 : found->second;
}

PredictionError errors_of(std::vector<std::pair<double, double>> all) {
  PredictionError error;
  std::vector<double> absolute, relative;
  for (const auto& [predicted, measured] : all) {
    if (!std::isfinite(predicted) || !std::isfinite(measured)) continue;
    absolute.push_back(std::abs(predicted - measured));
    if (measured > 0) relative.push_back(absolute.back() / measured);
  }
  error.count = absolute.size();
  if (absolute.empty()) return error;
  // The nearest rank: a value that occurred.
  const auto ranked = [](std::vector<double>& values, double part) {
    std::sort(values.begin(), values.end());
    const auto rank = static_cast<std::size_t>(std::ceil(part * static_cast<double>(values.size())));
    return values[std::max<std::size_t>(rank, 1) - 1];
  };
  error.median = ranked(absolute, 0.5);
  error.ninety_fifth = ranked(absolute, 0.95);
  if (!relative.empty()) error.relative_median = ranked(relative, 0.5);
  return error;
}

Report make_report(const Evidence& evidence, const std::string& rule) { return Maker(evidence, rule).make(); }

}  // namespace hotspot::ctl::report
