#include "actuator/plan/order_size.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "actuator/model/text.h"

namespace hotspot::plan {
namespace {

using model::Refusal;
using model::RefusalKind;

// Plugged memory comes in blocks of at most this size.
constexpr std::int64_t kMostBlockBytes = 128 * kMebibyte;

template <typename Number>
Number most_of(Number own, const std::optional<Number>& policy) {
  return policy ? std::min(own, *policy) : own;
}

// "(its definition's 4, its policy's 2)".
std::string origin_text(const std::string& own, const std::optional<std::string>& policy) {
  return " (its definition's " + own + (policy ? ", its policy's " + *policy : "") + ")";
}

std::int64_t own_most_bytes(const model::DomainSample& domain) {
  const std::int64_t balloon = domain.memory_balloon_max_bytes.value_or(0);
  return domain.memory_slots.value_or(0) > 0 ? std::max(balloon, domain.memory_max_bytes.value_or(0)) : balloon;
}

// For a command line: as large a unit as is exact.
std::string exact_bytes(std::int64_t bytes) {
  if (bytes % kGibibyte == 0) return std::to_string(bytes / kGibibyte) + "GiB";
  if (bytes % kMebibyte == 0) return std::to_string(bytes / kMebibyte) + "MiB";
  return std::to_string(bytes / 1024) + "KiB";
}

// The name, or the UUID where a shell or a reader would take the name for something else.
std::string shell_word(const std::string& name, const std::string& uuid) {
  constexpr std::string_view kPlain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-+:@";
  const bool plain = !name.empty() && name.front() != '-' && name.find_first_not_of(kPlain) == std::string::npos;
  return plain ? name : uuid;
}

}  // namespace

std::optional<Refusal> size_refusal(const model::DomainSample& domain, const VcpusOrder& size) {
  if (!domain.vcpus || !domain.vcpus_max)
    return Refusal{RefusalKind::kNotMeasured, "the vCPUs of " + domain.name + " are not known"};
  const auto& policy = domain.policy;
  const int most = most_of(*domain.vcpus_max, policy.vcpus_max);
  if (size.to > most)
    return Refusal{RefusalKind::kAtLimit,
                   domain.name + " may have at most " + model::vcpus_text(most) +
                       origin_text(std::to_string(*domain.vcpus_max),
                                   policy.vcpus_max ? std::optional(std::to_string(*policy.vcpus_max)) : std::nullopt)};
  const int least = std::max(1, policy.vcpus_min.value_or(1));
  if (size.to >= least) return std::nullopt;
  return Refusal{RefusalKind::kAtLimit,
                 domain.name + " keeps at least " + model::vcpus_text(least) + " (its policy says so)"};
}

std::optional<Refusal> size_refusal(const model::DomainSample& domain, const MemoryOrder& size) {
  if (!domain.memory_balloon_bytes || !domain.memory_balloon_max_bytes)
    return Refusal{RefusalKind::kNotMeasured, "the balloon of " + domain.name + " is not known"};
  const auto& policy = domain.policy;
  const std::int64_t own = own_most_bytes(domain), most = most_of(own, policy.memory_max_bytes);
  if (size.to_bytes > most)
    return Refusal{RefusalKind::kAtLimit,
                   domain.name + " may have at most " + model::bytes_text(most) + " of memory" +
                       origin_text(model::bytes_text(own),
                                   policy.memory_max_bytes ? std::optional(model::bytes_text(*policy.memory_max_bytes))
                                                           : std::nullopt)};
  const std::int64_t least = policy.memory_min_bytes.value_or(0);
  if (size.to_bytes >= least) return std::nullopt;
  return Refusal{RefusalKind::kAtLimit,
                 domain.name + " keeps at least " + model::bytes_text(least) + " of memory (its policy says so)"};
}

std::optional<Refusal> other_size(const model::DomainSample& domain, const VcpusOrder& size, const model::Step& step) {
  const auto* set = std::get_if<model::SetVcpus>(&step);
  if (set != nullptr && set->to == size.to) return std::nullopt;
  return Refusal{RefusalKind::kAtLimit, "one step brings " + domain.name + " to " + model::describe(step)};
}

std::optional<Refusal> other_size(const model::DomainSample& domain, const MemoryOrder& size, const model::Step& step) {
  const auto change = model::memory_change(step);
  if (!change) return Refusal{RefusalKind::kNotApplicable, model::describe(step) + " is no step of memory"};
  const std::int64_t reached = *domain.memory_balloon_bytes + change->to_bytes - change->from_bytes;
  const bool plugs = !std::holds_alternative<model::SetBalloon>(step);
  // In blocks: the next larger amount.
  const std::int64_t beyond = plugs ? kMostBlockBytes : kLeastOrderBytes;
  if (reached > size.to_bytes - kLeastOrderBytes && reached < size.to_bytes + beyond) return std::nullopt;
  // In whole MiB, on the side of what it has now.
  const bool up = change->to_bytes > change->from_bytes;
  const std::int64_t said = (reached + (up ? 0 : kMebibyte - 1)) / kMebibyte * kMebibyte;
  return Refusal{RefusalKind::kAtLimit, "one step (" + model::describe(step) + ") brings " + domain.name + " to " +
                                            model::bytes_text(reached) + " now: --memory " + exact_bytes(said) +
                                            " would do that, and the rest is another order"};
}

std::string undo_command(const model::Action& action, const model::DomainRef& domain) {
  const std::string name = shell_word(domain.domain->name, domain.domain->uuid);
  const std::string begin = "hotspotctl domain ";
  if (std::holds_alternative<model::MigrateTo>(action.step))
    return begin + "migrate " + name + " " + shell_word(domain.node->name(), domain.node->uuid());
  if (const auto* vcpus = std::get_if<model::SetVcpus>(&action.step))
    return begin + "scale " + name + " --vcpus " + std::to_string(vcpus->from);
  const auto has = domain.domain->memory_balloon_bytes;
  if (model::memory_change(action.step) && has) return begin + "scale " + name + " --memory " + exact_bytes(*has);
  const auto* cap = std::get_if<model::SetCpuCap>(&action.step);
  return cap != nullptr && cap->to_percent > 0 ? begin + "cap " + name + " none" : "";
}

}  // namespace hotspot::plan
