// Arbitrary bytes as what the leader publishes: nothing may crash, hang or leak, no bound is passed, and what is taken
// survives another round unchanged unless it has no room.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "telemetry/keyspace.h"
#include "telemetry/published.h"

namespace {

using namespace hotspot::telemetry;

void require(bool condition) {
  if (!condition) std::abort();
}

void expect_bounds(const Published& all) {
  require(all.decisions.size() <= kMostPublishedItems && all.firing.size() <= kMostPublishedItems);
  require(all.actions.size() <= kMostPublishedItems && all.limits.size() <= kMostPublishedItems);
  require(all.news.size() <= kMostPublishedNews);
  for (const NewsItem& item : all.news)
    require(item.text.size() <= kMostPublishedText && item.name.size() <= kMostPublishedName);
}

void expect_the_same_again(const Published& all) {
  const std::string text = encode(all);
  require(text.size() <= kMostPublishedBytes);
  if (!hotspot::telemetry::Keyspace::of(all.head.cluster)) return;  // of no cluster: its head may have no room
  const auto again = decode_published(text);
  require(bool(again));
  if (again->left_out == all.left_out) require(*again == all);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto head = decode_published_head(text.substr(0, kPublishedHeadBytes));
  const auto read = decode_published(text);
  if (!head) require(!head.error().message.empty());
  if (!read) {
    require(!read.error().message.empty());
    return 0;
  }
  require(head && *head == read->head);
  expect_bounds(*read);
  expect_the_same_again(*read);
  return 0;
}
