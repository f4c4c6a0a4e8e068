#include "actuator/plan/board/group_counts.h"

#include <bit>

namespace hotspot::plan {

GroupCounts::GroupCounts(std::size_t most) : slots_(std::bit_ceil(most * 2 + 2)), mask_(slots_.size() - 1) {}

// Groups and memberships share 32 bits: a billion groups.
std::uint64_t GroupCounts::key_of(GroupIndex group, NodeIndex node, Membership as) {
  return (static_cast<std::uint64_t>(group) << 34) | (static_cast<std::uint64_t>(as) << 32) | node;
}

std::size_t GroupCounts::home(std::uint64_t key) const {
  key ^= key >> 32;
  key *= 0x9e3779b97f4a7c15U;
  return static_cast<std::size_t>(key >> 32) & mask_;
}

std::size_t GroupCounts::find(std::uint64_t key) const {
  std::size_t at = home(key);
  while (slots_[at].count != 0 && slots_[at].key != key) at = (at + 1) & mask_;
  return at;
}

std::int32_t GroupCounts::count(GroupIndex group, NodeIndex node, Membership as) const {
  return entries_ == 0 ? 0 : slots_[find(key_of(group, node, as))].count;
}

void GroupCounts::add(GroupIndex group, NodeIndex node, Membership as) {
  const std::uint64_t key = key_of(group, node, as);
  Slot& slot = slots_[find(key)];
  if (slot.count++ == 0) {
    slot.key = key;
    ++entries_;
  }
}

void GroupCounts::remove(GroupIndex group, NodeIndex node, Membership as) {
  const std::size_t at = find(key_of(group, node, as));
  if (slots_[at].count == 0 || --slots_[at].count > 0) return;
  --entries_;
  close_gap(at);
}

// Moves back what was pushed on by the entry that has gone, so that no search ends too early.
void GroupCounts::close_gap(std::size_t gap) {
  for (std::size_t at = (gap + 1) & mask_; slots_[at].count != 0; at = (at + 1) & mask_) {
    const std::size_t from_home = (at - home(slots_[at].key)) & mask_;
    if (from_home < ((at - gap) & mask_)) continue;
    slots_[gap] = slots_[at];
    slots_[at].count = 0;
    gap = at;
  }
}

bool GroupCounts::operator==(const GroupCounts& other) const {
  if (entries_ != other.entries_) return false;
  for (const Slot& slot : slots_)
    if (slot.count != 0 && (other.slots_.empty() || other.slots_[other.find(slot.key)].count != slot.count))
      return false;
  return true;
}

}  // namespace hotspot::plan
