#include "actuator/daemon/config_values.h"

#include <utility>

#include "common/text/duration.h"
#include "common/text/quantity.h"

namespace hotspot::daemon {
namespace {

template <typename T>
Result<T> with_sentence(text::Parsed<T> parsed) {
  if (parsed) return std::move(parsed).value();
  return Error{text::sentence(parsed.error())};
}

Result<std::int64_t> within_bounds(const std::string& text, text::Parsed<std::int64_t> parsed) {
  if (parsed && (*parsed < 1 || *parsed > 1'000'000'000'000'000))
    return Error{"'" + text + "' is " + (*parsed < 1 ? "too little; the least is one byte" : "more than there is")};
  return with_sentence(std::move(parsed));
}

}  // namespace

Result<bool> parse_switch(const std::string& text) {
  if (text == "true") return true;
  if (text == "false") return false;
  return Error{"'" + text + "' is neither true nor false"};
}

Result<Milliseconds> parse_duration(const std::string& text) { return with_sentence(text::parse_loose_duration(text)); }
Result<double> parse_ratio(const std::string& text) { return with_sentence(text::parse_ratio(text)); }

Result<int> parse_count(const std::string& text, int least, int most) {
  const auto value = text::parse_whole_number(text);
  if (value && *value >= least && *value <= most) return *value;
  return Error{"'" + text + "' is not a whole number from " + std::to_string(least) + " to " + std::to_string(most)};
}

Result<std::int64_t> parse_bytes(const std::string& text) { return within_bounds(text, text::parse_bytes(text)); }

Result<std::int64_t> parse_bytes_per_second(const std::string& text) {
  return within_bounds(text, text::parse_bytes_per_second(text));
}

}  // namespace hotspot::daemon
