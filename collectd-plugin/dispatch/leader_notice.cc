#include "collectd-plugin/dispatch/leader_notice.h"

#include "collectd-plugin/stored_name.h"

namespace hotspot::collector {
namespace {

Severity severity_of(telemetry::NewsSeverity severity) {
  switch (severity) {
    case telemetry::NewsSeverity::kFailure:
      return Severity::kFailure;
    case telemetry::NewsSeverity::kWarning:
      return Severity::kWarning;
    case telemetry::NewsSeverity::kOkay:
      break;
  }
  return Severity::kOkay;
}

}  // namespace

Notice leader_notice(const telemetry::NewsItem& item) {
  const auto name = [](const std::string& from) { return from.empty() ? from : stored_name(from, Place::kWithin); };
  return {.severity = severity_of(item.severity),
          .message = item.text,
          .host = "",
          .plugin = "hotspot",
          .plugin_instance = name(item.domain),
          .type = item.kind == telemetry::NewsKind::kAction ? "action" : "firing",
          .type_instance = name(item.name)};
}

}  // namespace hotspot::collector
