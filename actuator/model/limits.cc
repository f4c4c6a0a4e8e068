#include "actuator/model/limits.h"

#include "actuator/model/text.h"

namespace hotspot::model {
namespace {

void add(std::string& text, const std::string& more) { text += (text.empty() ? "" : ", ") + more; }

std::string flow_text(const Flow& flow, const char* direction) {
  std::string text = bytes_text(flow.average_bytes_per_second) + "/s " + direction;
  if (flow.peak_bytes_per_second) text += " with peaks of " + bytes_text(*flow.peak_bytes_per_second) + "/s";
  if (flow.burst_bytes) text += " and bursts of " + bytes_text(*flow.burst_bytes);
  return text;
}

}  // namespace

std::string limit_text(const DiskLimit& limit) {
  std::string text;
  for (const auto& [bytes, name] : {std::pair{limit.total_bytes_per_second, "in all"},
                                    {limit.read_bytes_per_second, "read"},
                                    {limit.write_bytes_per_second, "written"}})
    if (bytes) add(text, bytes_text(*bytes) + "/s " + name);
  for (const auto& [ops, name] : {std::pair{limit.total_ops_per_second, "operations"},
                                  {limit.read_ops_per_second, "reads"},
                                  {limit.write_ops_per_second, "writes"}})
    if (ops) add(text, std::to_string(*ops) + " " + name + "/s");
  return text.empty() ? "none" : text;
}

std::string limit_text(const NetworkLimit& limit) {
  std::string text;
  if (limit.receive) add(text, flow_text(*limit.receive, "received"));
  if (limit.transmit) add(text, flow_text(*limit.transmit, "sent"));
  return text.empty() ? "none" : text;
}

}  // namespace hotspot::model
