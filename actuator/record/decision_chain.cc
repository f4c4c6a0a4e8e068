#include "actuator/record/decision_chain.h"

#include <algorithm>
#include <utility>

namespace hotspot::record {
namespace {

std::string decisions_text(std::int64_t first, std::int64_t last) {
  if (first == last) return "decision " + std::to_string(first) + " is";
  return "decisions " + std::to_string(first) + " to " + std::to_string(last) + " are";
}

}  // namespace

const char* to_string(ChainBreakKind kind) {
  switch (kind) {
    case ChainBreakKind::kChanged:
      return "changed";
    case ChainBreakKind::kRemoved:
      return "removed";
    case ChainBreakKind::kInserted:
      return "inserted";
    case ChainBreakKind::kReordered:
      return "reordered";
    case ChainBreakKind::kUnlinked:
      return "unlinked";
    case ChainBreakKind::kMalformed:
      return "malformed";
    case ChainBreakKind::kNewChain:
      return "new_chain";
    case ChainBreakKind::kForked:
      return "forked";
    case ChainBreakKind::kNoHead:
      return "no_head";
    case ChainBreakKind::kOtherHead:
      return "other_head";
  }
  return "";
}

DecisionChain::Link DecisionChain::link_of(const ChainedEntry& entry) {
  Link link{.stream_id = entry.stream_id, .is_linked = entry.previous.has_value(), .previous = {}, .self = {}};
  if (entry.previous) link.previous = decision_head_from_string(*entry.previous);
  link.self = {.number = link.previous ? link.previous->number + 1 : 0, .hash = entry.hash};
  return link;
}

std::string DecisionChain::name(const Link& link) {
  if (link.self.number == 0) return "the entry " + link.stream_id;
  return "decision " + std::to_string(link.self.number) + " (" + link.stream_id + ")";
}

// The decision that the next one has to follow.
DecisionHead DecisionChain::base() const { return last_ ? *last_ : bounds_.anchor.value_or(DecisionHead{}); }

void DecisionChain::add(const ChainedEntry& entry) {
  if (!wants_more()) return;
  Link link = link_of(entry);
  if (!after_break_.empty()) return after_break_.push_back(std::move(link));
  if (!link.is_linked && !last_) {
    if (older_++ == 0) first_older_ = link.stream_id;
    return;
  }
  if (follows(link)) return accept(link);
  after_break_.push_back(std::move(link));
}

bool DecisionChain::follows(const Link& link) const {
  if (!link.previous) return false;
  const DecisionHead& previous = *link.previous;
  const auto& anchor = bounds_.anchor;
  if (older_ > 0 && !last_) return previous.number == 0;
  if (anchor && previous.number == anchor->number && previous != *anchor) return false;
  if (previous == base()) return true;
  // Up to the anchor some may be missing.
  return anchor && previous.number <= anchor->number && (!last_ || previous.number > last_->number);
}

void DecisionChain::accept(const Link& link) {
  if (checked_++ == 0) first_ = link.self.number;
  if (bounds_.asked && bounds_.asked->number == link.self.number) found_ = link.self;
  before_last_ = link.previous;
  last_ = link.self;
  last_link_ = link;
}

// Does a later entry, or the head, know this one?
bool DecisionChain::goes_on_from(const Link& link, const std::optional<DecisionHead>& head) const {
  return (head && *head == link.self) || std::any_of(after_break_.begin(), after_break_.end(), [&](const Link& later) {
           return later.previous && *later.previous == link.self;
         });
}

ChainBreak DecisionChain::classify(const std::optional<DecisionHead>& head) const {
  const Link& odd = after_break_.front();
  const std::int64_t number = odd.self.number, next = base().number + 1;
  const std::string where = last_ ? " after " + name(last_link_) : std::string(" at the start");
  if (older_ > 0 && !last_)
    return {ChainBreakKind::kUnlinked, 0, 0, first_older_,
            "the entry " + first_older_ + " has no hash of the one before, and " + name(odd) +
                " comes after it: it was inserted, or written by a hotspotd of a version before"};
  if (!odd.is_linked)
    return {ChainBreakKind::kUnlinked, 0, 0, odd.stream_id,
            name(odd) + where +
                " has no hash of the one before: it was inserted, or written by a hotspotd of a version before"};
  const auto fits = std::find_if(after_break_.begin() + 1, after_break_.end(),
                                 [&](const Link& later) { return later.previous && *later.previous == base(); });
  if (fits != after_break_.end() && number > next && goes_on_from(odd, head))
    return {ChainBreakKind::kReordered, number, next, odd.stream_id,
            name(odd) + " comes before " + name(*fits) + ": they were reordered"};
  if (fits != after_break_.end())
    return {ChainBreakKind::kInserted, number, number, odd.stream_id,
            name(odd) + where + " was inserted: the chain goes on with " + name(*fits)};
  if (!odd.previous)
    return {ChainBreakKind::kMalformed, 0, 0, odd.stream_id,
            name(odd) + where + " was changed or inserted: its fields are not 'decision' and 'previous' (NUMBER:HASH)"};
  if (odd.previous->number == 0)
    return {ChainBreakKind::kNewChain, number, number, odd.stream_id,
            "a new chain begins with " + name(odd) + where + ": the head was removed from the key 'state', or damaged"};
  if (odd.previous->number == base().number) return other_hash(head);
  return odd.previous->number > base().number ? number_ahead(head) : number_behind(head);
}

// It follows by its number, but names another hash.
ChainBreak DecisionChain::other_hash(const std::optional<DecisionHead>& head) const {
  const Link& odd = after_break_.front();
  if (!last_ || odd.previous->number != last_->number || *odd.previous == *last_)
    return {ChainBreakKind::kChanged, odd.previous->number, odd.self.number, odd.stream_id,
            name(odd) + " does not follow decision " + std::to_string(odd.previous->number) +
                " as it was when those before were removed to make room: one of them was changed"};
  if (goes_on_from(odd, head))
    return {ChainBreakKind::kChanged, last_->number, last_->number, last_link_.stream_id,
            name(last_link_) + " was changed: " + name(odd) + " has another hash of it"};
  return {ChainBreakKind::kChanged, odd.self.number, odd.self.number, odd.stream_id,
          name(odd) + " was changed or inserted: it has another hash of " + name(last_link_) +
              ", and nothing after it has its own"};
}

ChainBreak DecisionChain::number_ahead(const std::optional<DecisionHead>& head) const {
  const Link& odd = after_break_.front();
  const std::int64_t anchor = bounds_.anchor ? bounds_.anchor->number : 0;
  const std::int64_t first = std::max(base().number, anchor) + 1, last = odd.previous->number;
  const bool known = goes_on_from(odd, head);
  if (first > last) return other_hash(head);
  if (!known && last_ && head && *head == *last_)
    return {ChainBreakKind::kInserted, odd.self.number, odd.self.number, odd.stream_id,
            name(odd) + " was inserted: the chain ends with " + name(last_link_)};
  if (!known && after_break_.size() > 1 && after_break_[1].self.number <= odd.self.number)
    return {ChainBreakKind::kChanged, base().number + 1, base().number + 1, odd.stream_id,
            name(odd) + " was changed or inserted" + (last_ ? ": it comes after " + name(last_link_) : "") +
                ", and nothing after it has its hash"};
  return {ChainBreakKind::kRemoved, first, last, odd.stream_id,
          decisions_text(first, last) + " missing before " + name(odd) +
              (last_ ? ", which comes after " + name(last_link_)
                     : std::string(": they were removed, and not by hotspotd to make room"))};
}

ChainBreak DecisionChain::number_behind(const std::optional<DecisionHead>& head) const {
  const Link& odd = after_break_.front();
  const bool known = goes_on_from(odd, head);
  if (known && *odd.previous == *before_last_)
    return {ChainBreakKind::kInserted, last_->number, last_->number, last_link_.stream_id,
            name(last_link_) + " was inserted: the chain goes on from " + name(odd)};
  if (known)
    return {ChainBreakKind::kForked, odd.self.number, odd.self.number, odd.stream_id,
            "after " + name(last_link_) + " the chain goes on from decision " + std::to_string(odd.previous->number) +
                " again (" + odd.stream_id + "): the head was set back, by a failover, a restored backup or by hand"};
  return {ChainBreakKind::kInserted, odd.self.number, odd.self.number, odd.stream_id,
          name(odd) + " was inserted after " + name(last_link_) + ": the chain has gone beyond that number"};
}

std::optional<ChainBreak> DecisionChain::end(const std::optional<DecisionHead>& head) const {
  const std::int64_t anchor = bounds_.anchor ? bounds_.anchor->number : 0;
  if (!head) {
    if (!last_ && !bounds_.anchor) return std::nullopt;
    return ChainBreak{ChainBreakKind::kNoHead, 0, 0, "",
                      "the key 'state' has no head of the chain, or one that cannot be read: it was removed"};
  }
  if (last_ && *last_ == *head) return std::nullopt;
  if (bounds_.anchor && *bounds_.anchor == *head && (!last_ || last_->number < head->number)) return std::nullopt;
  const std::int64_t last = std::max(base().number, anchor);
  if (last < head->number)
    return ChainBreak{ChainBreakKind::kRemoved, last + 1, head->number, last_link_.stream_id,
                      decisions_text(last + 1, head->number) + " missing at the end" +
                          (last_ ? ", after " + name(last_link_) : "") + ": they were removed"};
  if (last_ && last_->number == head->number)
    return ChainBreak{ChainBreakKind::kChanged, head->number, head->number, last_link_.stream_id,
                      name(last_link_) + ", the last one, was changed: the head has another hash of it"};
  return ChainBreak{ChainBreakKind::kInserted, head->number + 1, last, last_link_.stream_id,
                    decisions_text(head->number + 1, last) + " beyond the head, which is decision " +
                        std::to_string(head->number) + ": they were inserted, or the head was set back"};
}

std::optional<ChainBreak> DecisionChain::asked(ChainReport& report) const {
  const DecisionHead& asked = *bounds_.asked;
  const std::int64_t number = asked.number;
  std::optional<DecisionHead> found = found_;
  if (!found && bounds_.anchor && bounds_.anchor->number == number) found = bounds_.anchor;
  if (found && *found == asked) return std::nullopt;
  const auto other = [&](const std::string& why) {
    return ChainBreak{
        ChainBreakKind::kOtherHead, number, number, "",
        "decision " + std::to_string(number) + " " + why + ": this is another chain, begun or written since"};
  };
  if (found) return other("has the hash " + found->hash + ", not the one that was asked about");
  if (report.head && number <= report.head->number) {
    report.asked_is_trimmed = true;
    return std::nullopt;
  }
  return other("is not there, the chain ends with " + std::to_string(report.head ? report.head->number : 0));
}

ChainReport DecisionChain::finish(const std::optional<DecisionHead>& head) const {
  ChainReport report{.older = older_,
                     .checked = checked_,
                     .first = first_,
                     .anchor = bounds_.anchor,
                     .head = head,
                     .asked_is_trimmed = false,
                     .broken = {}};
  report.broken = after_break_.empty() ? end(head) : classify(head);
  if (!report.broken && bounds_.asked) report.broken = asked(report);
  return report;
}

}  // namespace hotspot::record
