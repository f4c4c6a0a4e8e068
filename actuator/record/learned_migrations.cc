#include "actuator/record/learned_migrations.h"

#include <algorithm>

#include "actuator/record/json_fields.h"
#include "actuator/record/json_members.h"
#include "actuator/record/json_text.h"

namespace hotspot::record {
namespace {

// Beyond these, sums and conversions to whole numbers would overflow.
constexpr double kMostFigure = 1e18;
constexpr int kMostCount = 1'000'000'000;

// A null was read as NaN, which is not possible either.
bool is_possible(double figure) { return figure >= 0 && figure <= kMostFigure; }
bool is_possible(int count) { return count >= 0 && count <= kMostCount; }

bool is_possible(const LearnedRoute& one) {
  const auto figures = {one.bytes_per_second, one.overhead_seconds, one.storage_bytes_per_second,
                        one.stop_bytes_per_second};
  const bool counted =
      (one.migrations == 0 || one.bytes_per_second > 0) && (one.copies == 0 || one.storage_bytes_per_second > 0);
  return std::all_of(figures.begin(), figures.end(), [](double figure) { return is_possible(figure); }) && counted &&
         is_possible(one.migrations) && is_possible(one.copies) && !one.source.empty() && !one.target.empty();
}

bool is_possible(const LearnedDomain& one) {
  return is_possible(one.dirty_bytes_per_second.value_or(0)) && is_possible(one.first_round_bytes) &&
         is_possible(one.estimate_bytes);
}

}  // namespace

template <typename Archive>
void members(Archive& archive, As<Archive, LearnedRoute>& one) {
  archive("source", one.source);
  archive("target", one.target);
  archive("bytes_per_second", one.bytes_per_second);
  archive("overhead_seconds", one.overhead_seconds);
  archive("migrations", one.migrations);
  archive("storage_bytes_per_second", one.storage_bytes_per_second);
  archive("copies", one.copies);
  archive("stop_bytes_per_second", one.stop_bytes_per_second);
}

template <typename Archive>
void members(Archive& archive, As<Archive, LearnedDomain>& one) {
  archive("dirty_bytes_per_second", one.dirty_bytes_per_second);
  archive("first_round_bytes", one.first_round_bytes);
  archive("estimate_bytes", one.estimate_bytes);
  archive.unix_ms("at_ms", one.at);
}

template <typename Archive>
void members(Archive& archive, As<Archive, LearnedMigrations>& all) {
  archive("routes", all.routes);
  archive("guests", all.domains);
}

std::string to_json(const LearnedMigrations& learned) {
  const bool none = learned.routes.empty() && learned.domains.empty();
  return none ? "" : to_line(MemberWriter::written(learned));
}

Result<LearnedMigrations> learned_migrations_from_json(std::string_view text) {
  LearnedMigrations learned;
  if (text.empty()) return learned;
  const nlohmann::json object = parse_json(text);
  if (!object.is_object()) return Error{"it is not a JSON object, or is nested too deep"};
  if (const std::string wrong = MemberReader::read(object, learned); !wrong.empty()) return Error{wrong.substr(1)};
  for (const LearnedRoute& one : learned.routes)
    if (!is_possible(one)) return Error{"no migration from " + one.source + " to " + one.target + " has such figures"};
  for (const auto& [uuid, one] : learned.domains)
    if (!is_possible(one)) return Error{"no migration of " + uuid + " has such figures"};
  return learned;
}

}  // namespace hotspot::record
