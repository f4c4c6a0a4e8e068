// The present content of Redis, as rules see it.
#pragma once

#include <memory>
#include <optional>

#include "actuator/ctl/session.h"
#include "actuator/model/cluster.h"
#include "actuator/rules/engine/engine.h"
#include "actuator/rules/firing.h"
#include "actuator/rules/language/expression.h"

namespace hotspot::ctl {

// Older snapshots are not read: the node counts as gone.
constexpr Milliseconds kLiveWindow{std::chrono::hours(1)};

struct LiveData {
  model::Cluster cluster;
  rules::Engine engine;  // its store holds the samples
  WallTime now{};
  std::size_t unreadable = 0;      // snapshots that could not be decoded
  rules::EvaluateOptions options;  // as in hotspotd: stale data are left out
};

// Reads the newest snapshot of each node, and older ones as far back as the rules read, if Redis still has them. The
// store then has what the rules read, including recorded series: recording rules were evaluated at each snapshot.
Result<std::unique_ptr<LiveData>> read_live(Session& session, std::shared_ptr<const rules::RuleSet> rules);

// The same without samples: for expressions that read none, and if Redis cannot be asked.
std::unique_ptr<LiveData> no_data(Session& session, std::shared_ptr<const rules::RuleSet> rules);

// Rule sets that read no more than necessary: the recording rules of `all`, and one more rule.
std::shared_ptr<const rules::RuleSet> records_and(const rules::RuleSet& all,
                                                  std::shared_ptr<const rules::Expression> expression);
std::shared_ptr<const rules::RuleSet> records_and(const rules::RuleSet& all, const rules::Rule& rule);

// Parses and checks an expression; series recorded by `all` are known. Prints errors to standard error, with a caret.
std::shared_ptr<const rules::Expression> read_expression(const std::string& text, const rules::RuleSet& all);

// Finite values as numbers, others as Prometheus writes them: JSON has no NaN.
nlohmann::json json_number(double value);
// "92.5 %", "1.5 GiB", "12": formatted by the unit of the expression, if it is known.
std::string value_cell(double value, std::optional<model::Unit> unit);
// The unit of the expression's values, if a single series determines it.
std::optional<model::Unit> unit_of(const rules::Expression& expression);

}  // namespace hotspot::ctl
