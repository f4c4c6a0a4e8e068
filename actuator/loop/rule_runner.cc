#include "actuator/loop/rule_runner.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "actuator/loop/window_rules.h"
#include "actuator/rules/advice/grow_marks.h"
#include "actuator/rules/advice/node_marks.h"
#include "actuator/rules/language/diagnostic.h"

namespace hotspot::loop {
namespace {

constexpr std::size_t kAllFirings = static_cast<std::size_t>(-1);

// A line each, without the lines of the files.
std::vector<std::string> lines_of(const std::vector<rules::Diagnostic>& diagnostics) {
  std::vector<std::string> lines;
  for (const rules::Diagnostic& one : diagnostics) {
    lines.push_back(rules::format(one, {}));
    lines.back().pop_back();  // its newline
  }
  return lines;
}

std::vector<std::string> problem_lines(const LoadedRules& loaded) {
  if (!loaded.problem.empty()) return {loaded.problem};
  std::vector<rules::Diagnostic> errors;
  std::copy_if(loaded.checked.diagnostics.begin(), loaded.checked.diagnostics.end(), std::back_inserter(errors),
               [](const rules::Diagnostic& one) { return one.severity == rules::Severity::kError; });
  return lines_of(errors);
}

}  // namespace

RuleRunner::RuleRunner(const Options& options, Ports ports, Log log)
    : window_rules_(options.window_rules),
      ports_(std::move(ports)),
      log_(std::move(log)),
      engine_(rules::EngineOptions{.external_labels = options.external_labels,
                                   .external_url = options.external_url,
                                   .most_operations = options.rule_operations,
                                   .freshness = options.freshness,
                                   .margins = options.margins,
                                   .between_rules = ports_.between_rules}),
      windows_(ports_.ask_history, options.history_limit, ports_.clock) {}

const rules::RuleSet* RuleRunner::reload(const std::string& why) {
  LoadedRules loaded = ports_.load();
  status_.last_reload_at = ports_.clock.now();
  if (!loaded.problem.empty() || !loaded.checked.ok()) {
    ++meters_.rule_reloads_refused;
    status_.last_reload_ok = false;
    status_.last_reload_message =
        loaded.problem.empty() ? rules::format(loaded.checked.diagnostics, loaded.files) : loaded.problem;
    ports_.story.rules_refused({why, problem_lines(loaded), has_rules_});
    return nullptr;
  }
  const rules::RuleSet& set = *loaded.checked.rules;
  status_.last_reload_ok = true;
  std::vector<rules::Diagnostic> warnings = loaded.checked.diagnostics;
  const auto unknown = unknown_window_rules(window_rules_, {&set}, rules::Severity::kWarning);
  warnings.insert(warnings.end(), unknown.begin(), unknown.end());
  status_.last_reload_message = rules::format(warnings, loaded.files);
  if (status_.fingerprint == set.fingerprint && has_rules_) return ports_.story.rules_unchanged(why, set), nullptr;
  has_rules_ = true;
  status_.fingerprint = set.fingerprint;
  status_.since = status_.last_reload_at;
  ++meters_.rule_sets_loaded;
  status_.files = set.files;
  status_.rules = set.rules.size();
  ports_.story.rules_loaded(why, set, lines_of(warnings));
  engine_.load(loaded.checked.rules);
  files_ = std::move(loaded.files);
  grow_marks_ = rules::grow_marks(loaded.checked.rules);
  node_marks_ = rules::node_marks(loaded.checked.rules);
  return &rules();
}

// Texts are made for what fires and what changed; there may be thousands that are merely pending.
void RuleRunner::evaluate(const Intake& intake) {
  const auto began = ports_.clock.exact();
  observe(intake);
  step_ = engine_.step(intake.cluster(), ports_.clock.now(), intake.freshness());
  meters_.note_evaluation(ports_.clock.exact() - began, step_.transitions);
  firing_ = step_.firing > 0 ? engine_.firings(rules::Phase::kFiring, kAllFirings) : std::vector<rules::Firing>();
}

bool RuleRunner::fill_windows(const model::Cluster& cluster) { return windows_.advance(engine_, cluster, say()); }

void RuleRunner::take_history(HistoryAnswer answer) { windows_.take(std::move(answer), say()); }

Windows::Say RuleRunner::say() const {
  return [this](const std::string& sentence, bool is_problem) {
    log_(is_problem ? LogLevel::kWarning : LogLevel::kInfo, sentence);
  };
}

}  // namespace hotspot::loop
