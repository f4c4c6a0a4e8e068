// QEMU's machine types as one short text: they are dozens, and differ in the version at their end.
//
// PURE. "microvm pc-i440fx-2.6..10.0 pc-q35-2.6..10.0": names with blanks between; of names that differ in the version
// alone, the oldest, two dots and the newest version. QEMU drops the oldest and adds the newest, so that nothing is
// missing in between; where it is all the same, the list claims too much, never too little.
// Thread rule: any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hotspot::telemetry {

std::string machine_types_text(const std::vector<std::string>& names);
// Is this machine type in such a text?
bool has_machine_type(std::string_view text, std::string_view name);

}  // namespace hotspot::telemetry
