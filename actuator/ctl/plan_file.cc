#include "actuator/ctl/plan_file.h"

#include <algorithm>
#include <fstream>
#include <iostream>
#include <sstream>

#include "actuator/record/json_fields.h"
#include "actuator/record/json_text.h"
#include "actuator/record/recommendation.h"
#include "common/text/visible.h"

namespace hotspot::ctl {
namespace {

constexpr std::size_t kMostFileBytes = 16u << 20;

Result<std::string> read_stream(std::istream& stream, const std::string& name) {
  std::string content(kMostFileBytes + 1, '\0');
  stream.read(content.data(), static_cast<std::streamsize>(content.size()));
  content.resize(static_cast<std::size_t>(stream.gcount()));
  if (stream.bad()) return Error{"cannot read " + name};
  if (content.size() > kMostFileBytes) return Error{name + " is longer than 16 MiB: it is no plan"};
  return content;
}

}  // namespace

bool is_decision_id(std::string_view word) {
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  const auto part = [&](char c) { return digit(c) || c == '-' || c == 'n'; };
  return !word.empty() && digit(word.front()) && word.find('-') != std::string_view::npos &&
         std::all_of(word.begin(), word.end(), part);
}

Result<std::string> read_plan_file(const std::string& path) {
  if (path == "-") return read_stream(std::cin, "standard input");
  std::ifstream file(path, std::ios::binary);
  if (!file) return Error{"'" + text::visible(path) + "' is neither the id of a decision nor a file that can be read"};
  return read_stream(file, text::visible(path));
}

Result<std::vector<record::ApplyPlan>> plan_from_json(std::string_view text, const std::string& cluster) {
  const nlohmann::json plan = record::parse_json(text);
  if (!plan.is_object() || !plan.contains("recommendations"))
    return Error{"it is not what hotspotctl plan show -o json prints"};
  if (const std::string of = record::text_in(plan, "cluster"); of != cluster)
    return Error{"it is a plan of the cluster '" + text::visible(of) + "', and not of '" + text::visible(cluster) +
                 "'"};
  std::vector<record::ApplyPlan> all;
  for (const nlohmann::json& one : record::list_in(plan, "recommendations")) {
    const nlohmann::json& action = record::object_in(one, "action");
    record::ApplyPlan asked{record::text_in(one, "decision"), record::text_in(action, "domain_uuid"),
                            record::text_in(action, "step"), ""};
    if (asked.decision.empty() || asked.domain_uuid.empty() || asked.step.empty())
      return Error{"an entry of it has no decision, no domain or no step"};
    if (all.size() == record::kMostStanding) return Error{"it has more recommendations than can stand"};
    all.push_back(std::move(asked));
  }
  return all;
}

}  // namespace hotspot::ctl
