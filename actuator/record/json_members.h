// One list of members a type, by which it is written as a JSON object and read again.
//
//   template <typename Archive>
//   void members(Archive& archive, As<Archive, Point>& point) {
//     archive("x", point.x);
//     archive.if_known("y", point.y);  // an optional one that is left out where it is empty
//   }
//
// WallTime is written as unix seconds, Milliseconds as seconds, an empty optional as null. When reading, a member that
// is absent leaves the default. One of another type is an error that says its path (MemberReader), or counts as absent
// (TolerantReader). PURE.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "telemetry/units.h"

namespace hotspot::record {

// What members() is given: to be changed by a reader, and const for a writer.
template <typename Archive, typename T>
using As = std::conditional_t<Archive::kReads, T, const T>;

class MemberWriter {
 public:
  static constexpr bool kReads = false;
  nlohmann::json object = nlohmann::json::object();

  template <typename T>
  void operator()(const char* name, const T& value) {
    object[name] = written(value);
  }
  template <typename T>
  void if_known(const char* name, const std::optional<T>& value) {
    if (value) object[name] = written(*value);
  }
  // A time as unix milliseconds, a length of time as milliseconds.
  void unix_ms(const char* name, WallTime time) { object[name] = to_unix_ms(time); }
  void unix_ms(const char* name, const std::optional<WallTime>& time) {
    object[name] = time ? nlohmann::json(to_unix_ms(*time)) : nlohmann::json(nullptr);
  }
  void unix_ms(const char* name, const std::optional<Milliseconds>& length) {
    object[name] = length ? nlohmann::json(length->count()) : nlohmann::json(nullptr);
  }

  template <typename T>
  static nlohmann::json written(const T& value) {
    if constexpr (requires(MemberWriter & writer) { members(writer, value); }) {
      MemberWriter inner;
      members(inner, value);
      return std::move(inner.object);
    } else {
      return value;
    }
  }
  static nlohmann::json written(WallTime time) { return to_unix_seconds(time); }
  static nlohmann::json written(Milliseconds length) { return to_seconds(length); }
  template <typename T>
  static nlohmann::json written(const std::optional<T>& value) {
    return value ? written(*value) : nlohmann::json(nullptr);
  }
  template <typename T>
  static nlohmann::json written(const std::vector<T>& values) {
    nlohmann::json list = nlohmann::json::array();
    for (const T& value : values) list.push_back(written(value));
    return list;
  }
  template <typename T>
  static nlohmann::json written(const std::map<std::string, T>& values) {
    nlohmann::json all = nlohmann::json::object();
    for (const auto& [name, value] : values) all[name] = written(value);
    return all;
  }
};

enum class OtherTypes { kAreErrors, kCountAsAbsent };

template <OtherTypes kOtherTypes>
class BasicReader {
 public:
  static constexpr bool kReads = true;
  explicit BasicReader(const nlohmann::json& object) : object_(object) {}
  // "firings.3.labels is not an object"; empty: all is well.
  const std::string& problem() const { return problem_; }

  template <typename T>
  void operator()(const char* name, T& value) {
    const auto found = object_.find(name);
    if (found != object_.end() && problem_.empty()) check(name, read(*found, value));
  }
  template <typename T>
  void if_known(const char* name, std::optional<T>& value) {
    (*this)(name, value);
  }
  void unix_ms(const char* name, WallTime& time) {
    const auto found = object_.find(name);
    if (found != object_.end() && problem_.empty()) check(name, read_ms(*found, time));
  }
  void unix_ms(const char* name, std::optional<WallTime>& time) {
    const auto found = object_.find(name);
    if (found == object_.end() || found->is_null()) return time.reset();
    unix_ms(name, time.emplace());
  }
  void unix_ms(const char* name, std::optional<Milliseconds>& length) {
    std::optional<WallTime> since_the_epoch;
    unix_ms(name, since_the_epoch);
    length = since_the_epoch ? std::optional(since_the_epoch->time_since_epoch()) : std::nullopt;
  }

  // Each returns what is wrong: " is not a text", ".x is not a text"; empty: nothing.
  template <typename T>
  static std::string read(const nlohmann::json& json, T& value) {
    if constexpr (requires(BasicReader & reader) { members(reader, value); }) {
      if (!json.is_object()) return " is not an object";
      BasicReader inner(json);
      members(inner, value);
      return inner.problem_.empty() ? "" : "." + inner.problem_;
    } else if constexpr (std::is_same_v<T, bool>) {
      return json.is_boolean() ? (value = json.get<bool>(), "") : " is neither true nor false";
    } else {
      static_assert(std::is_integral_v<T>);
      return read_integer(json, value);
    }
  }
  static std::string read(const nlohmann::json& json, std::string& value) {
    return json.is_string() ? (value = json.get<std::string>(), "") : " is not a text";
  }
  static std::string read(const nlohmann::json& json, double& value) {
    // A figure that is no number is written as null.
    if (json.is_null()) return value = std::numeric_limits<double>::quiet_NaN(), "";
    return json.is_number() ? (value = json.get<double>(), "") : " is not a number";
  }
  static std::string read(const nlohmann::json& json, WallTime& value) {
    const double seconds = json.is_number() ? json.get<double>() : -1;
    if (!(seconds >= 0 && seconds <= kLastSecond)) return " is not a time";
    value = from_unix_ms(std::llround(seconds * 1000));
    return "";
  }
  static std::string read(const nlohmann::json& json, Milliseconds& value) {
    WallTime since_the_epoch;
    if (!read(json, since_the_epoch).empty()) return " is not a length of time";
    value = since_the_epoch.time_since_epoch();
    return "";
  }
  template <typename T>
  static std::string read(const nlohmann::json& json, std::optional<T>& value) {
    if (json.is_null()) return value.reset(), "";
    std::string wrong = read(json, value.emplace(T{}));
    if (!wrong.empty()) value.reset();
    return wrong;
  }
  template <typename T>
  static std::string read(const nlohmann::json& json, std::vector<T>& values) {
    if (!json.is_array()) return " is not a list";
    for (const nlohmann::json& one : json) {
      std::string wrong = read(one, values.emplace_back());
      if (wrong.empty()) continue;
      if constexpr (!kIsTolerant) return "." + std::to_string(values.size() - 1) + wrong;
      values.pop_back();
    }
    return "";
  }
  template <typename T>
  static std::string read(const nlohmann::json& json, std::map<std::string, T>& values) {
    if (!json.is_object()) return " is not an object";
    for (const auto& [name, one] : json.items()) {
      std::string wrong = read(one, values[name]);
      if (wrong.empty()) continue;
      if constexpr (!kIsTolerant) return "." + name + wrong;
      values.erase(name);
    }
    return "";
  }

 private:
  static constexpr bool kIsTolerant = kOtherTypes == OtherTypes::kCountAsAbsent;

  static constexpr double kLastSecond = 253'402'300'799;  // of the year 9999: later ones overflow in sums

  static std::string read_ms(const nlohmann::json& json, WallTime& time) {
    std::int64_t ms = -1;
    if (!json.is_number_integer() || !read(json, ms).empty() || ms < 0 || static_cast<double>(ms) > kLastSecond * 1000)
      return " is not a time";
    time = from_unix_ms(ms);
    return "";
  }
  template <typename T>
  static std::string read_integer(const nlohmann::json& json, T& value) {
    if (!json.is_number_integer()) return " is not a whole number";
    const bool fits = json.is_number_unsigned() ? std::in_range<T>(json.get<std::uint64_t>())
                                                : std::in_range<T>(json.get<std::int64_t>());
    return fits ? (value = json.get<T>(), "") : " is out of range";
  }
  void check(const char* name, const std::string& wrong) {
    if (!kIsTolerant && !wrong.empty()) problem_ = name + wrong;
  }

  const nlohmann::json& object_;
  std::string problem_;
};
using MemberReader = BasicReader<OtherTypes::kAreErrors>;
using TolerantReader = BasicReader<OtherTypes::kCountAsAbsent>;

}  // namespace hotspot::record
