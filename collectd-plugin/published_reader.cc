#include "collectd-plugin/published_reader.h"

#include <algorithm>

namespace hotspot::collector {
namespace {

std::int64_t minute_of(WallTime at) { return std::chrono::floor<std::chrono::minutes>(at).time_since_epoch().count(); }

}  // namespace

PublishedReader::Found PublishedReader::look(redis::Connection& connection, const Moment& moment) {
  Found found;
  if (refused_at_ && moment.steady - *refused_at_ < kAfterRefusal) return found;
  const auto first = read(connection, telemetry::kPublishedHeadBytes, moment, found);
  if (!first || first->empty()) forget_hotspots();
  if (!first) return found;
  if (first->empty()) {
    // From now on all news are new.
    if (!seen_) seen_ = 0;
    found.leader_is_gone = is_writer_ && stored_in_ != minute_of(moment.now);
    if (found.leader_is_gone) stored_in_ = minute_of(moment.now);
    return found;
  }
  const auto head = telemetry::decode_published_head(*first);
  if (!head || head->cluster != cluster_) {
    forget_hotspots();
    remark(head ? "what is published in " + key_ + " is of another cluster" : head.error().message, moment, found);
    return found;
  }
  if (head->writer != moment.node) is_writer_ = false;
  // Another leader with a clock that is behind, or a Redis that was emptied: continue from its number.
  if (!seen_ || head->news < *seen_) seen_ = head->news;
  if (!wants_all(*head, moment)) return found;
  counted_in_ = minute_of(moment.now);
  const auto all = read(connection, telemetry::kMostPublishedBytes + 1, moment, found);
  if (!all || all->empty()) return found;
  const auto record = telemetry::decode_published(*all);
  if (!record || record->head.cluster != cluster_) {
    hotspots_.reset();
    remark(record ? "what is published in " + key_ + " is of another cluster" : record.error().message, moment, found);
    return found;
  }
  said_.clear();
  judge(*record, moment, found);
  return found;
}

void PublishedReader::forget_hotspots() {
  hotspots_.reset();
  counted_in_ = 0;
}

bool PublishedReader::wants_all(const telemetry::PublishedHead& head, const Moment& moment) const {
  const bool counts_again = hotspots_ != 0u && counted_in_ != minute_of(moment.now);
  return head.news != *seen_ || counts_again || stores_now(head, moment);
}

bool PublishedReader::stores_now(const telemetry::PublishedHead& head, const Moment& moment) const {
  return !head.writer.empty() && head.writer == moment.node && last_ != std::pair{head.at, head.sequence} &&
         stored_in_ != minute_of(moment.now);
}

void PublishedReader::judge(const telemetry::Published& record, const Moment& moment, Found& found) {
  const telemetry::PublishedHead& head = record.head;
  const auto here = record.firing_nodes.find(moment.node);
  hotspots_ = here == record.firing_nodes.end() ? 0 : here->second;
  std::size_t too_many = 0;
  for (const telemetry::NewsItem& item : record.news) {
    const bool is_ours = item.node.empty() ? head.writer == moment.node : item.node == moment.node;
    if (item.number <= *seen_ || item.number > head.news || !is_ours) continue;
    if (news_.take(moment.steady))
      found.news.push_back(item);
    else
      ++too_many;
  }
  seen_ = head.news;
  if (too_many > 0 && remarks_.take(moment.steady))
    found.remark = "of what the leader has to tell of this node, " + std::to_string(too_many) +
                   " sentences became no notification: they were more than " + std::to_string(kMostNews) +
                   " in a minute";
  if (!stores_now(head, moment)) return;
  is_writer_ = true;
  stored_in_ = minute_of(moment.now);
  last_ = {head.at, head.sequence};
  found.to_store = record;
}

std::optional<std::string> PublishedReader::read(redis::Connection& connection, std::size_t bytes, const Moment& moment,
                                                 Found& found) {
  auto reply = connection.command({"GETRANGE", key_, "0", std::to_string(bytes - 1)});
  if (reply) {
    refused_at_.reset();
    return std::move(reply->text);
  }
  // The sender of snapshots reports that Redis is unreachable.
  if (reply.error().fault != redis::Fault::kRefused) return std::nullopt;
  refused_at_ = moment.steady;
  remark(reply.error().message, moment, found);
  return std::nullopt;
}

void PublishedReader::remark(const std::string& sentence, const Moment& moment, Found& found) {
  if (said_ == sentence || !remarks_.take(moment.steady)) return;
  said_ = sentence;
  found.remark =
      "what the leader publishes is not read, so its numbers are not stored here and nobody is notified of hotspots; "
      "snapshots are sent as before: " +
      sentence;
}

}  // namespace hotspot::collector
