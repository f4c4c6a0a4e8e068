#include "actuator/rules/evaluate/lookback.h"

#include <algorithm>

namespace hotspot::rules {
namespace {

// A fixed `@` counts as the time of the evaluation: that time is not kept for ever (the check warns of it).
void collect_lookback(const Expression& expression, Milliseconds before, const EvaluateOptions& options,
                      Lookback& lookback) {
  if (const auto* selector = std::get_if<Selector>(&expression.what)) {
    const Milliseconds reach = before + selector->timing.offset + selector->range.value_or(options.lookback);
    Milliseconds& known = lookback[selector->name.text];
    known = std::max({known, reach, Milliseconds(0)});
    return;
  }
  if (const auto* subquery = std::get_if<Subquery>(&expression.what)) {
    const Milliseconds step = subquery->step > Milliseconds(0) ? subquery->step : options.subquery_step;
    const Milliseconds more = subquery->range + std::max(subquery->timing.offset, Milliseconds(0)) + step;
    Lookback inside;
    collect_lookback(*subquery->operand, before + more, options, inside);
    for (const auto& [name, reach] : inside) {
      lookback[name] = std::max(lookback[name], reach);
    }
    return;
  }
  for (const Expression* part : parts_of(expression)) collect_lookback(*part, before, options, lookback);
}

}  // namespace

void add_lookback(const Expression& expression, const EvaluateOptions& options, Lookback& lookback) {
  collect_lookback(expression, Milliseconds(0), options, lookback);
}

}  // namespace hotspot::rules
