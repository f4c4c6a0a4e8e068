#include "telemetry/envelope.h"

namespace hotspot::telemetry {

std::string signed_text(std::string_view cluster, std::string_view node, const Position& position,
                        std::string_view snapshot) {
  std::string text = "hotspot-snapshot-1\n";
  text.reserve(snapshot.size() + 192);
  text.append(cluster).append("\n").append(node).append("\n");
  text.append(std::to_string(position.boot)).append("\n");
  text.append(std::to_string(position.sequence)).append("\n");
  text.append(snapshot);
  return text;
}

}  // namespace hotspot::telemetry
