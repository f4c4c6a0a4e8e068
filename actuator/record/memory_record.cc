#include "actuator/record/memory_record.h"

#include <cstdint>
#include <nlohmann/json.hpp>

#include "actuator/record/json_text.h"
#include "telemetry/json_text.h"

namespace hotspot::record {
namespace {

using Json = nlohmann::json;
using telemetry::append_json_number;
using telemetry::append_json_string;

// No guest has more; what is larger was not written by us.
constexpr std::int64_t kMostMebibytes = std::int64_t{1} << 40;
constexpr std::size_t kMostPeaks = 25, kMostDomains = 100'000;
constexpr std::int64_t kMinuteMs = 60'000;

std::int64_t rounded_up(std::int64_t bytes) { return (bytes + kMebibyte - 1) / kMebibyte; }

// Written as text at once: of tens of thousands of domains, values of Json would take a second.
void append_number(std::string& out, std::string_view before, std::int64_t number) {
  out += before;
  append_json_number(out, number);
}

void append(std::string& out, const model::DomainMemory& domain) {
  out += '{';
  if (domain.booted_at) {
    append_number(out, R"("booted_at_ms":)", to_unix_ms(*domain.booted_at));
    out += ',';
  }
  if (domain.floor) {
    append_number(out, R"("floor":{"at_ms":)", to_unix_ms(domain.floor->at));
    append_number(out, R"(,"mib":)", rounded_up(domain.floor->bytes));
    append_json_string(out += R"(,"why":)", domain.floor->why);
    out += "},";
  }
  append_number(out, R"("known_since_ms":)", to_unix_ms(domain.known_since));
  append_number(out, R"(,"last_seen_ms":)", to_unix_ms(domain.last_seen) / kMinuteMs * kMinuteMs);
  out += R"(,"peaks_mib":[)";
  for (std::size_t i = 0; i < domain.peaks.size(); ++i) {
    append_number(out, i == 0 ? "[" : ",[", to_unix_ms(domain.peaks[i].from));
    append_number(out, ",", rounded_up(domain.peaks[i].used_bytes));
    out += ']';
  }
  out += "]}";
}

WallTime time_in(const Json& object) {
  const auto ms = object.get<std::int64_t>();
  if (ms < 0 || ms > std::int64_t{1} << 53) throw std::out_of_range("a time is out of range");
  return from_unix_ms(ms);
}

std::int64_t bytes_in(const Json& object) {
  const auto mebibytes = object.get<std::int64_t>();
  if (mebibytes < 0 || mebibytes > kMostMebibytes) throw std::out_of_range("a size is out of range");
  return mebibytes * kMebibyte;
}

model::DomainMemory domain_in(const Json& object) {
  model::DomainMemory domain;
  domain.known_since = time_in(object.at("known_since_ms"));
  domain.last_seen = time_in(object.at("last_seen_ms"));
  if (const auto booted = object.find("booted_at_ms"); booted != object.end()) domain.booted_at = time_in(*booted);
  const Json& peaks = object.at("peaks_mib");
  if (peaks.size() > kMostPeaks) throw std::out_of_range("there are too many peaks");
  for (const Json& peak : peaks) domain.peaks.push_back({time_in(peak.at(0)), bytes_in(peak.at(1))});
  if (const auto floor = object.find("floor"); floor != object.end())
    domain.floor = model::MemoryFloor{bytes_in(floor->at("mib")), time_in(floor->at("at_ms")),
                                      floor->at("why").get<std::string>()};
  return domain;
}

// FNV-1a: spreads the domains over the fields.
char field_of(const std::string& uuid) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const char c : uuid) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  return "0123456789abcdef"[(hash >> 32) & 0xf];
}

}  // namespace

std::map<std::string, std::string> memory_fields(const DomainMemories& domains) {
  std::map<std::string, std::string> fields;
  for (const auto& [uuid, domain] : domains) {
    std::string& field = fields[kMemoryPrefix + std::string(1, field_of(uuid))];
    append_json_string(field += field.empty() ? '{' : ',', uuid);
    append(field += ':', domain);
  }
  for (auto& [name, field] : fields) field += '}';
  return fields;
}

Result<DomainMemories> memory_from_json(std::string_view text) {
  DomainMemories domains;
  if (text.empty()) return domains;
  const Json object = parse_json(text);
  try {
    if (!object.is_object()) return Error{"it is not a JSON object"};
    if (object.size() > kMostDomains) return Error{"it has " + std::to_string(object.size()) + " domains"};
    for (const auto& [uuid, domain] : object.items()) domains[uuid] = domain_in(domain);
  } catch (const std::exception& problem) {
    return Error{problem.what()};
  }
  return domains;
}

}  // namespace hotspot::record
