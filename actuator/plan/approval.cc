#include "actuator/plan/approval.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>

#include "common/text/duration.h"
#include "common/text/visible.h"

namespace hotspot::plan {
namespace {

// By this share the amounts of two steps may differ and the steps be the same for an operator.
constexpr double kSameAmountRatio = 0.10;

bool same_wish(const Rejection& a, const Rejection& b) {
  return a.rule == b.rule && a.domain_uuid == b.domain_uuid && same_step(a.step, b.step);
}

}  // namespace

bool same_step(const model::Step& a, const model::Step& b) {
  if (a == b) return true;
  if (a.index() != b.index() || model::direction(a) != model::direction(b)) return false;
  const auto *to = std::get_if<model::MigrateTo>(&a), *before = std::get_if<model::MigrateTo>(&b);
  if (to != nullptr) return to->target_uuid == before->target_uuid;
  const auto mine = model::memory_change(a), other = model::memory_change(b);
  if (!mine || !other) return false;
  const auto near = [](std::int64_t x, std::int64_t y) {
    return std::abs(static_cast<double>(x - y)) <= kSameAmountRatio * static_cast<double>(std::max(x, y));
  };
  return near(mine->from_bytes, other->from_bytes) && near(mine->to_bytes, other->to_bytes);
}

void Rejections::add(Rejection rejection) {
  std::erase_if(all_, [&](const Rejection& one) { return same_wish(one, rejection); });
  all_.push_back(std::move(rejection));
  if (all_.size() > kMost) all_.erase(all_.begin());
}

void Rejections::forget_expired(WallTime now) {
  std::erase_if(all_, [&](const Rejection& one) { return one.until <= now; });
}

void Rejections::restore(std::vector<Rejection> all) {
  all_ = std::move(all);
  if (all_.size() > kMost) all_.erase(all_.begin(), all_.end() - static_cast<std::ptrdiff_t>(kMost));
}

std::optional<model::Refusal> Rejections::refusal(const std::string& rule, const std::string& domain_uuid,
                                                  const model::Step& step, WallTime now) const {
  const auto found = std::find_if(all_.begin(), all_.end(), [&](const Rejection& one) {
    return one.rule == rule && one.domain_uuid == domain_uuid && one.until > now && same_step(one.step, step);
  });
  if (found == all_.end()) return std::nullopt;
  const std::string why = found->reason.empty() ? "" : " (" + text::visible(found->reason) + ")";
  return model::Refusal{model::RefusalKind::kHeld, text::visible(found->by) + " refused '" +
                                                       model::describe(found->step) + "' for " + found->domain_name +
                                                       why + ": " + rule + " does not recommend it again for " +
                                                       text::duration_text(found->until - now)};
}

}  // namespace hotspot::plan
