// What Redis holds now, as rules see it.
#pragma once

#include <memory>
#include <optional>

#include "actuator/ctl/session.h"
#include "actuator/model/cluster.h"
#include "actuator/rules/engine/engine.h"
#include "actuator/rules/firing.h"
#include "actuator/rules/language/expression.h"

namespace hotspot::ctl {

// Snapshots older than this are not looked for: the node counts as gone.
constexpr Milliseconds kLiveWindow{std::chrono::hours(1)};

struct LiveData {
  model::Cluster cluster;
  rules::Engine engine;  // its store holds the samples
  WallTime now{};
  std::size_t unreadable = 0;      // snapshots that could not be decoded
  rules::EvaluateOptions options;  // as hotspotd evaluates: what is stale is left out
};

// The newest snapshot of each node, and all as far back as the rules look, as long as Redis keeps them. What the rules
// look at is in the store, recorded series too: the rules that record were evaluated at each snapshot.
Result<std::unique_ptr<LiveData>> read_live(Session& session, std::shared_ptr<const rules::RuleSet> rules);

// The same without a sample: for expressions that look at none, and where Redis cannot be asked.
std::unique_ptr<LiveData> no_data(Session& session, std::shared_ptr<const rules::RuleSet> rules);

// Sets that look no further than is needed: the rules that record in `all`, and one more.
std::shared_ptr<const rules::RuleSet> records_and(const rules::RuleSet& all,
                                                  std::shared_ptr<const rules::Expression> expression);
std::shared_ptr<const rules::RuleSet> records_and(const rules::RuleSet& all, const rules::Rule& rule);

// Parses and checks; what `all` records are series too. Says on standard error what is wrong, with a caret.
std::shared_ptr<const rules::Expression> read_expression(const std::string& text, const rules::RuleSet& all);

// Finite numbers as numbers, the others as Prometheus writes them: JSON knows no NaN.
nlohmann::json json_number(double value);
// "92.5 %", "1.5 GiB", "12": by the unit that the expression has, if it is known.
std::string value_cell(double value, std::optional<model::Unit> unit);
// The unit of what an expression gives, as far as one series alone decides it.
std::optional<model::Unit> unit_of(const rules::Expression& expression);

}  // namespace hotspot::ctl
