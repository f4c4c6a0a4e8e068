#include "collectd-plugin/published_reader.h"

#include <algorithm>

namespace hotspot::collector {
namespace {

std::int64_t minute_of(WallTime at) { return std::chrono::floor<std::chrono::minutes>(at).time_since_epoch().count(); }

}  // namespace

PublishedReader::Found PublishedReader::look(io::RedisConnection& connection, const Moment& moment) {
  Found found;
  if (refused_at_ && moment.steady - *refused_at_ < kAfterRefusal) return found;
  const auto first = read(connection, telemetry::kPublishedHeadBytes, moment, found);
  if (!first) return found;
  if (first->empty()) {
    // From now on all news are new.
    if (!seen_) seen_ = 0;
    found.leader_is_gone = stored_in_ && *stored_in_ != minute_of(moment.now);
    if (found.leader_is_gone) stored_in_ = minute_of(moment.now);
    return found;
  }
  const auto head = telemetry::decode_published_head(*first);
  if (!head || head->cluster != cluster_) {
    remark(head ? "what is published in " + key_ + " is of another cluster" : head.error().message, found);
    return found;
  }
  if (head->writer != moment.node) stored_in_.reset();
  // Another leader, whose clock is behind, or a Redis that was emptied: counted from there.
  if (!seen_ || head->news < *seen_) seen_ = head->news;
  if (head->news == *seen_ && !stores_now(*head, moment)) return found;
  const auto all = read(connection, telemetry::kMostPublishedBytes + 1, moment, found);
  if (!all || all->empty()) return found;
  const auto record = telemetry::decode_published(*all);
  if (!record || record->head.cluster != cluster_) {
    remark(record ? "what is published in " + key_ + " is of another cluster" : record.error().message, found);
    return found;
  }
  said_.clear();
  judge(*record, moment, found);
  return found;
}

bool PublishedReader::stores_now(const telemetry::PublishedHead& head, const Moment& moment) const {
  return !head.writer.empty() && head.writer == moment.node && last_ != std::pair{head.at, head.sequence} &&
         (!stored_in_ || *stored_in_ != minute_of(moment.now));
}

void PublishedReader::judge(const telemetry::Published& record, const Moment& moment, Found& found) {
  const telemetry::PublishedHead& head = record.head;
  for (const telemetry::NewsItem& item : record.news) {
    const bool is_ours = item.node.empty() ? head.writer == moment.node : item.node == moment.node;
    if (item.number > *seen_ && item.number <= head.news && is_ours) found.news.push_back(item);
  }
  seen_ = head.news;
  if (!stores_now(head, moment)) return;
  stored_in_ = minute_of(moment.now);
  last_ = {head.at, head.sequence};
  found.to_store = record;
}

std::optional<std::string> PublishedReader::read(io::RedisConnection& connection, std::size_t bytes,
                                                 const Moment& moment, Found& found) {
  auto reply = connection.command({"GETRANGE", key_, "0", std::to_string(bytes - 1)});
  if (reply) {
    refused_at_.reset();
    return std::move(reply->text);
  }
  // That Redis is away is said by who sends snapshots.
  if (reply.error().fault != io::RedisFault::kRefused) return std::nullopt;
  refused_at_ = moment.steady;
  remark(reply.error().message, found);
  return std::nullopt;
}

void PublishedReader::remark(const std::string& sentence, Found& found) {
  const std::string effect =
      "what the leader publishes is not read, so its numbers are not stored here and nobody is notified of hotspots; "
      "snapshots are sent as before: ";
  if (std::exchange(said_, sentence) != sentence) found.remark = effect + sentence;
}

}  // namespace hotspot::collector
