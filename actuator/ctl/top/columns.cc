#include "actuator/ctl/top/columns.h"

#include <algorithm>

#include "actuator/ctl/output.h"
#include "actuator/rules/language/diagnostic.h"
#include "common/text/nearest.h"
#include "common/text/visible.h"

namespace hotspot::ctl {
namespace {

using Json = nlohmann::json;

template <const char* Name>
Json field(const Json& row) {
  const auto found = row.find(Name);
  return found == row.end() ? Json() : *found;
}

template <const char* Name>
std::string ratio(const Json& row) {
  return ratio_cell(field<Name>(row));
}
template <const char* Name>
std::string bytes(const Json& row) {
  return bytes_cell(field<Name>(row));
}
template <const char* Name>
std::string word(const Json& row) {
  return text_cell(field<Name>(row));
}
template <const char* Name>
std::string number(const Json& row) {
  const Json value = field<Name>(row);
  return value.is_number() ? number_cell(value.get<double>()) : "-";
}
template <const char* Name>
std::string rate(const Json& row) {
  const Json value = field<Name>(row);
  constexpr double kMost = 9e18;
  const bool fits = value.is_number() && value.get<double>() >= 0 && value.get<double>() < kMost;
  return fits ? bytes_cell(static_cast<std::int64_t>(value.get<double>())) + "/s" : "-";
}

constexpr char kName[] = "name", kNode[] = "node", kCpu[] = "cpu_ratio", kSteal[] = "cpu_steal_ratio",
               kVcpus[] = "vcpus", kUsed[] = "memory_used_ratio", kBalloon[] = "memory_balloon_bytes",
               kDisk[] = "disk_bytes_per_second", kNet[] = "net_bytes_per_second", kDoing[] = "doing",
               kOfDomains[] = "cpu_domains_ratio", kVolume[] = "volume", kLinks[] = "net_used_ratio",
               kCount[] = "domains";

std::string vcpus(const Json& row) {
  return text_cell(field<kVcpus>(row)) + "/" + text_cell(row.value("vcpus_max", Json()));
}

std::string phase(const Json& row) {
  std::string found;
  for (const Json& firing : row.value("firings", Json::array())) {
    const std::string one = firing.value("phase", "");
    if (found.empty() || one == "firing") found = one;
  }
  return found;
}

std::string mark(const Json& row) {
  const std::string found = phase(row);
  return found == "firing" ? "!" : found == "pending" ? "~" : row.value("stale", false) ? "?" : "";
}

Json no_value(const Json&) { return nullptr; }

// Firing comes before pending, and earlier before later.
Json heat(const Json& row) {
  double since = 0;
  for (const Json& firing : row.value("firings", Json::array())) {
    const double at = firing.value("firing_since", firing.value("pending_since", 0.0));
    since = since == 0 ? at : std::min(since, at);
  }
  const std::string found = phase(row);
  if (found.empty()) return nullptr;
  constexpr double kFiring = 1e12;  // seconds beyond any real clock
  return (found == "firing" ? kFiring : 0) - since;
}

std::vector<TopColumn> of_domains() {
  return {{"", 0, {"", false, Give::kNever, true}, mark, no_value},
          {"domain", 'd', {"DOMAIN"}, word<kName>, field<kName>},
          {"node", 'n', {"NODE"}, word<kNode>, field<kNode>},
          {"cpu", 'c', {"CPU", true}, ratio<kCpu>, field<kCpu>},
          {"steal", 's', {"STEAL", true}, ratio<kSteal>, field<kSteal>},
          {"vcpus", 'v', {"VCPUS", true, Give::kDropLast}, vcpus, field<kVcpus>},
          {"mem", 'm', {"MEM", true}, ratio<kUsed>, field<kUsed>},
          {"balloon", 'b', {"BALLOON", true, Give::kDropLast}, bytes<kBalloon>, field<kBalloon>},
          {"disk", 'i', {"DISK", true, Give::kDropLast}, rate<kDisk>, field<kDisk>},
          {"net", 't', {"NET", true, Give::kDropLast}, rate<kNet>, field<kNet>},
          {"hotspot", 'h', {"HOTSPOT", false, Give::kBelow}, word<kDoing>, heat}};
}

std::vector<TopColumn> of_nodes() {
  return {{"", 0, {"", false, Give::kNever, true}, mark, no_value},
          {"node", 'n', {"NODE"}, word<kName>, field<kName>},
          {"cpu", 'c', {"CPU", true}, ratio<kCpu>, field<kCpu>},
          {"cpu-domains", 'u', {"CPU DOMAINS", true, Give::kDropLast}, ratio<kOfDomains>, field<kOfDomains>},
          {"steal", 's', {"STEAL", true, Give::kDropLast}, ratio<kSteal>, field<kSteal>},
          {"mem", 'm', {"MEM", true}, ratio<kUsed>, field<kUsed>},
          {"net", 't', {"NET", true}, ratio<kLinks>, field<kLinks>},
          {"volume", 'v', {"VOLUME", true}, number<kVolume>, field<kVolume>},
          {"domains", 'd', {"DOMAINS", true}, word<kCount>, field<kCount>},
          {"hotspot", 'h', {"HOTSPOT", false, Give::kBelow}, word<kDoing>, heat}};
}

// Does the value of `a` come before that of `b`?
bool comes_first(const Json& a, const Json& b, bool reversed) {
  if (a.is_null() || b.is_null()) return !a.is_null() && b.is_null();
  if (a.is_number() && b.is_number())
    return reversed ? a.get<double>() < b.get<double>() : a.get<double>() > b.get<double>();
  return reversed ? b < a : a < b;
}

}  // namespace

const std::vector<TopColumn>& top_columns(TopOf of) {
  static const std::vector<TopColumn> domains = of_domains(), nodes = of_nodes();
  return of == TopOf::kDomains ? domains : nodes;
}

std::vector<std::string> top_words(TopOf of) {
  std::vector<std::string> words;
  for (const TopColumn& one : top_columns(of))
    if (!one.word.empty()) words.push_back(one.word);
  return words;
}

Result<TopOrder> top_order(const std::string& text, TopOf of) {
  const bool reversed = text.starts_with("-");
  std::string word = reversed ? text.substr(1) : text;
  for (char& c : word) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  const std::vector<std::string> words = top_words(of);
  if (std::find(words.begin(), words.end(), word) != words.end()) return TopOrder{word, reversed};
  std::string all;
  for (std::size_t i = 0; i < words.size(); ++i)
    all += (i == 0 ? "" : i + 1 == words.size() ? " or " : ", ") + words[i];
  const std::string near = text::nearest(word, {words.begin(), words.end()});
  return Error{"'" + text::visible(text) + "' is none of " + all +
               (near.empty() ? "" : "; did you mean '" + near + "'?")};
}

void sort_rows(std::vector<Json>& rows, TopOf of, const TopOrder& order) {
  const auto& columns = top_columns(of);
  const auto column =
      std::find_if(columns.begin(), columns.end(), [&](const TopColumn& one) { return one.word == order.column; });
  if (column == columns.end()) return;
  std::vector<std::pair<Json, Json*>> keyed;
  for (Json& row : rows) keyed.emplace_back(column->value(row), &row);
  std::stable_sort(keyed.begin(), keyed.end(), [&](const auto& a, const auto& b) {
    if (comes_first(a.first, b.first, order.reversed)) return true;
    if (comes_first(b.first, a.first, order.reversed)) return false;
    return field<kName>(*a.second) < field<kName>(*b.second);
  });
  std::vector<Json> sorted;
  for (auto& [value, row] : keyed) sorted.push_back(std::move(*row));
  rows = std::move(sorted);
}

}  // namespace hotspot::ctl
