#include "actuator/rules/language/meant_words.h"

#include <algorithm>
#include <array>
#include <utility>

#include "actuator/rules/language/characters.h"
#include "actuator/rules/language/diagnostic.h"
#include "actuator/rules/language/lexer.h"
#include "common/text/nearest.h"

namespace hotspot::rules {
namespace {

using WordPair = std::pair<std::string_view, std::string_view>;
constexpr std::array<WordPair, 24> kLabelsOfOthers{
    {{"vm", "domain"},    {"vm_name", "domain"}, {"vmname", "domain"},        {"guest", "domain"},
     {"name", "domain"},  {"dom", "domain"},     {"domain_name", "domain"},   {"virtual_machine", "domain"},
     {"host", "node"},    {"hostname", "node"},  {"hypervisor", "node"},      {"server", "node"},
     {"machine", "node"}, {"instance", "node"},  {"nodename", "node"},        {"cpu", "vcpu"},
     {"core", "vcpu"},    {"disk", "device"},    {"dev", "device"},           {"interface", "device"},
     {"iface", "device"}, {"nic", "device"},     {"target_device", "device"}, {"drive", "device"}}};
constexpr std::array<WordPair, 7> kPrefixesOfOthers{{{"vm_", "domain_"},
                                                     {"guest_", "domain_"},
                                                     {"dom_", "domain_"},
                                                     {"libvirt_domain_", "domain_"},
                                                     {"host_", "node_"},
                                                     {"server_", "node_"},
                                                     {"hypervisor_", "node_"}}};

bool is_among(std::string_view word, const std::vector<std::string_view>& known) {
  return std::find(known.begin(), known.end(), word) != known.end();
}

}  // namespace

std::string meant_label(std::string_view word, const std::vector<std::string_view>& known) {
  const std::string lower = lower_case(word);
  for (const auto& [theirs, ours] : kLabelsOfOthers) {
    if (lower == theirs && is_among(ours, known)) return std::string(ours);
  }
  return is_among(lower, known) ? lower : "";
}

std::string nearest_label(std::string_view word, const std::vector<std::string_view>& known) {
  const std::string meant = meant_label(word, known);
  return meant.empty() ? text::nearest(word, known) : meant;
}

std::string meant_series(std::string_view word, const std::vector<std::string_view>& known) {
  for (const auto& [theirs, ours] : kPrefixesOfOthers) {
    if (!word.starts_with(theirs)) continue;
    const std::string here = std::string(ours) + std::string(word.substr(theirs.size()));
    if (is_among(here, known)) return here;
    return text::nearest(here, known);
  }
  return "";
}

}  // namespace hotspot::rules
