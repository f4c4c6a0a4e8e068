#include "actuator/loop/state_memory.h"

#include <charconv>
#include <utility>

namespace hotspot::loop {
namespace {

using Revision = std::pair<std::int64_t, std::uint64_t>;

// {0, 0} for none, and for what is no revision.
Revision revision_of(const StateFields& fields) {
  const auto field = fields.find(kRevisionField);
  if (field == fields.end()) return {0, 0};
  Revision revision{0, 0};
  const char* end = field->second.data() + field->second.size();
  const auto token = std::from_chars(field->second.data(), end, revision.first);
  if (token.ec != std::errc() || token.ptr == end || *token.ptr != '-') return {0, 0};
  const auto number = std::from_chars(token.ptr + 1, end, revision.second);
  return number.ec == std::errc() && number.ptr == end ? revision : Revision{0, 0};
}

}  // namespace

std::string StateMemory::next_revision(std::int64_t token) {
  return std::to_string(token) + "-" + std::to_string(++number_);
}

void StateMemory::wrote(const StateFields& fields, Milliseconds steady) {
  for (const auto& [name, value] : fields) {
    if (value.empty())
      known_.erase(name);
    else
      known_[name] = value;
  }
  known_at_ = steady;
}

void StateMemory::read(StateFields fields, Milliseconds steady) {
  if (revision_of(fields) < revision_of(known_)) return;
  known_ = std::move(fields);
  known_at_ = steady;
}

const StateFields* StateMemory::later_than(const StateFields& found) const {
  return revision_of(found) < revision_of(known_) ? &known_ : nullptr;
}

}  // namespace hotspot::loop
