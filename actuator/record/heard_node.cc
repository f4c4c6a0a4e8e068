#include "actuator/record/heard_node.h"

#include "actuator/record/json_fields.h"
#include "actuator/record/json_members.h"
#include "actuator/record/json_text.h"

namespace hotspot::record {

template <typename Archive>
void members(Archive& archive, As<Archive, HeardNode>& one) {
  archive("name", one.name);
  archive("uri", one.uri);
  archive("last_snapshot_at", one.last_snapshot_at);
  archive("interval_seconds", one.interval_seconds);
}

std::string to_json(const HeardNodes& nodes) { return to_line(MemberWriter::written(nodes)); }

HeardNodes heard_nodes_from_json(std::string_view text) {
  HeardNodes nodes;
  TolerantReader::read(parse_json(text), nodes);
  return nodes;
}

}  // namespace hotspot::record
