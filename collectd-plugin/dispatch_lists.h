// Collects value lists; values that were not measured are left out. Private to dispatch.
#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "collectd-plugin/dispatch.h"

namespace hotspot::collector {

// types.db limits `percent` to 100.1; QEMU's own threads can take a domain above its vCPUs' share.
inline double percent(double ratio) { return std::min(ratio * 100, 100.0); }

class Lists {
 public:
  explicit Lists(std::vector<ValueList>& out) : out_(out) {}

  void begin(std::string host, std::string plugin, std::string plugin_instance) {
    host_ = std::move(host);
    plugin_ = std::move(plugin);
    plugin_instance_ = std::move(plugin_instance);
    interval_seconds_ = 0;
  }
  // For the lists that follow; 0: the plugin's.
  void interval(double seconds) { interval_seconds_ = seconds; }

  void gauge(const char* type, const std::string& instance, telemetry::Measured value) {
    if (value) add(type, instance, {*value});
  }
  void gauge(const char* type, const std::string& instance, telemetry::MeasuredBytes value) {
    if (value) add(type, instance, {static_cast<double>(*value)});
  }
  void gauge_count(const char* type, const std::string& instance, Count value) {
    if (value) add(type, instance, {static_cast<double>(*value)});
  }
  void share(const char* instance, telemetry::Measured ratio) {
    if (ratio) add("percent", instance, {percent(*ratio)});
  }
  void counter(const char* type, const std::string& instance, Count value) {
    if (value) add(type, instance, {static_cast<std::int64_t>(*value)});
  }
  void counters(const char* type, const std::string& instance, Count first, Count second) {
    if (first && second) add(type, instance, {static_cast<std::int64_t>(*first), static_cast<std::int64_t>(*second)});
  }
  void add(const char* type, const std::string& instance, std::vector<Value> values) {
    out_.push_back({host_, plugin_, plugin_instance_, type, instance, std::move(values), interval_seconds_});
  }

 private:
  std::vector<ValueList>& out_;
  std::string host_, plugin_, plugin_instance_;
  double interval_seconds_ = 0;
};

// The node's own values and the plugin's own state.
void add_node(const Reading& reading, const telemetry::NodeSnapshot& snapshot, const Health& health, Lists& lists);

}  // namespace hotspot::collector
