#include "actuator/plan/target_needs.h"

#include <algorithm>
#include <string_view>
#include <unordered_set>

#include "actuator/model/text.h"
#include "common/text/visible.h"
#include "telemetry/machine_types.h"

namespace hotspot::plan {
namespace {

using model::DomainRef;
using model::Node;
using model::RefusalKind;
using model::Wording;
using telemetry::DomainSample;
using telemetry::HugePagePool;
using telemetry::NodeSample;
using text::visible;
using Needed = std::optional<model::Refusal>;

std::int64_t pages_in(std::int64_t bytes, std::int64_t page_bytes) {
  return bytes / page_bytes + (bytes % page_bytes == 0 ? 0 : 1);
}

// For domains that are moving there and have not arrived.
std::int64_t promised_bytes(const Planning& planning, const DomainSample& domain, const Node& target) {
  std::int64_t bytes = 0;
  for (const DomainSample* other : planning.coming_to(target)) {
    if (other->uuid == domain.uuid || other->huge_page_bytes != domain.huge_page_bytes) continue;
    const auto& there = planning.roster(target).named(other->name);
    if (std::any_of(there.begin(), there.end(), [&](const DomainSample* one) { return one->uuid == other->uuid; }))
      continue;
    bytes += other->huge_pages_bytes.value_or(0);
  }
  return bytes;
}

// If the domain does not name a size: the target's default size.
Needed usual_page_refusal(const DomainSample& domain, const NodeSample& there, std::int64_t promised, Wording wording) {
  if (!there.huge_pages_free_bytes) return std::nullopt;
  const std::int64_t free = std::max<std::int64_t>(0, *there.huge_pages_free_bytes - promised);
  if (free >= domain.huge_pages_bytes.value_or(1)) return std::nullopt;
  return model::refused(RefusalKind::kTargetCannot, wording, [&] {
    const std::string wanted =
        domain.huge_pages_bytes ? model::bytes_text(*domain.huge_pages_bytes) + " of them" : "some of them";
    return visible(there.name) + " has " + model::bytes_text(free) + " free in huge pages of its default size, " +
           visible(domain.name) + " needs " + wanted;
  });
}

Needed huge_page_refusal(const Planning& planning, const DomainRef& of, const Node& target, Wording wording) {
  const DomainSample& domain = *of.domain;
  const NodeSample& there = target.snapshot->node;
  if (!domain.huge_page_bytes) return std::nullopt;
  const std::int64_t size = *domain.huge_page_bytes, promised = promised_bytes(planning, domain, target);
  if (size == 0) return usual_page_refusal(domain, there, promised, wording);
  if (there.huge_page_pools.empty()) return std::nullopt;
  const auto pool = std::find_if(there.huge_page_pools.begin(), there.huge_page_pools.end(),
                                 [&](const HugePagePool& one) { return one.page_bytes == size; });
  if (pool == there.huge_page_pools.end())
    return model::refused(RefusalKind::kTargetCannot, wording, [&] {
      return visible(there.name) + " has no huge pages of " + model::bytes_text(size) + ", which " +
             visible(domain.name) + " needs";
    });
  if (!pool->free_bytes) return std::nullopt;
  const std::int64_t free = std::max<std::int64_t>(0, *pool->free_bytes - promised) / size;
  const std::int64_t needed = domain.huge_pages_bytes ? pages_in(*domain.huge_pages_bytes, size) : 1;
  if (free >= needed) return std::nullopt;
  return model::refused(RefusalKind::kTargetCannot, wording, [&] {
    return visible(there.name) + " has " + std::to_string(free) + " of the " + std::to_string(needed) +
           " free huge pages of " + model::bytes_text(size) + " that " + visible(domain.name) + " needs" +
           (promised > 0 ? ", domains on their way there counted" : "");
  });
}

// The first one that the target lacks; null: it has all, or did not report them.
const std::string* first_missing(const std::vector<std::string>& needed, const telemetry::Names& there) {
  if (!there) return nullptr;
  for (const std::string& one : needed)
    if (std::find(there->begin(), there->end(), one) == there->end()) return one.empty() ? nullptr : &one;
  return nullptr;
}

Needed connection_refusal(const DomainSample& domain, const NodeSample& there, Wording wording) {
  const auto missing = [&](const char* what, const std::string& name, const char* quote) {
    return model::refused(RefusalKind::kTargetCannot, wording, [&] {
      return visible(there.name) + what + quote + visible(name) + quote + ", to which " + visible(domain.name) +
             " is connected";
    });
  };
  if (const std::string* network = first_missing(domain.networks, there.networks))
    return missing(" has no active network ", *network, "'");
  if (const std::string* device = first_missing(domain.node_interfaces, there.interfaces))
    return missing(" has no network interface ", *device, "");
  return std::nullopt;
}

Needed machine_refusal(const DomainSample& domain, const NodeSample& here, const NodeSample& there, Wording wording) {
  if (domain.emulated_tpm && there.emulated_tpm == false)
    return model::refused(RefusalKind::kTargetCannot, wording, [&] {
      return visible(there.name) + " has no emulated TPM (swtpm), which " + visible(domain.name) + " needs";
    });
  if (domain.machine.empty() || there.machine_types.empty() || here.arch != there.arch) return std::nullopt;
  if (telemetry::has_machine_type(there.machine_types, domain.machine)) return std::nullopt;
  return model::refused(RefusalKind::kTargetCannot, wording, [&] {
    return "the QEMU of " + visible(there.name) + " has no machine type " + visible(domain.machine) + ", which " +
           visible(domain.name) + " was started with";
  });
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    if (end > 0) words.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

// Words of the first text that the second lacks. Nodes of one kind have the same text, which needs no splitting.
std::vector<std::string_view> missing_words(std::string_view wanted, std::string_view there) {
  if (wanted == there) return {};
  const std::vector<std::string_view> words = words_of(there);
  const std::unordered_set<std::string_view> has(words.begin(), words.end());
  std::vector<std::string_view> lacks = words_of(wanted);
  std::erase_if(lacks, [&](std::string_view one) { return has.contains(one); });
  return lacks;
}

// Only with KVM: QEMU can emulate any CPU. Comparing two different models is left to libvirt, which knows their
// features.
Needed cpu_refusal(const DomainSample& domain, const NodeSample& here, const NodeSample& there, Wording wording) {
  const bool as_it_is = domain.cpu_mode == "host-passthrough";
  if (domain.emulated || domain.cpu_mode.empty() || here.arch != there.arch) return std::nullopt;
  const std::string& vendor = as_it_is && domain.cpu_vendor.empty() ? here.cpu_vendor : domain.cpu_vendor;
  if (!vendor.empty() && !there.cpu_vendor.empty() && vendor != there.cpu_vendor)
    return model::refused(RefusalKind::kIncompatible, wording, [&] {
      return "the CPU of " + visible(there.name) + " is from " + visible(there.cpu_vendor) + ", " +
             visible(domain.name) + " was started with one from " + visible(vendor);
    });
  if (!as_it_is || !here.cpu_features || !there.cpu_features || here.cpu_model != there.cpu_model) return std::nullopt;
  const std::vector<std::string_view> lacks = missing_words(*here.cpu_features, *there.cpu_features);
  if (lacks.empty()) return std::nullopt;
  return model::refused(RefusalKind::kIncompatible, wording, [&] {
    const std::string others = lacks.size() > 1 ? " and " + std::to_string(lacks.size() - 1) + " more" : "";
    return "the CPU of " + visible(there.name) + " lacks " + visible(lacks.front()) + others + ", which " +
           visible(domain.name) + " was given (host-passthrough)";
  });
}

}  // namespace

std::optional<model::Refusal> facts_refusal(const DomainRef& domain, const Node& target, Wording wording) {
  const NodeSample& here = domain.node->snapshot->node;
  const NodeSample& there = target.snapshot->node;
  if (auto refusal = connection_refusal(*domain.domain, there, wording)) return refusal;
  if (auto refusal = machine_refusal(*domain.domain, here, there, wording)) return refusal;
  return cpu_refusal(*domain.domain, here, there, wording);
}

std::optional<model::Refusal> needs_refusal(const Planning& planning, const DomainRef& domain, const Node& target,
                                            Wording wording) {
  if (auto refusal = huge_page_refusal(planning, domain, target, wording)) return refusal;
  return facts_refusal(domain, target, wording);
}

std::vector<model::Refusal> needs_refusals(const Planning& planning, const DomainRef& domain, const Node& target) {
  const NodeSample& here = domain.node->snapshot->node;
  const NodeSample& there = target.snapshot->node;
  std::vector<model::Refusal> found;
  for (auto& refusal : {huge_page_refusal(planning, domain, target, Wording::kSentence),
                        connection_refusal(*domain.domain, there, Wording::kSentence),
                        machine_refusal(*domain.domain, here, there, Wording::kSentence),
                        cpu_refusal(*domain.domain, here, there, Wording::kSentence)})
    if (refusal) found.push_back(*refusal);
  return found;
}

}  // namespace hotspot::plan
