// QEMU's machine types as one short text: there are dozens, which differ only in the version at their end.
//
// PURE. "microvm pc-i440fx-2.6..10.0 pc-q35-2.6..10.0": names separated by blanks. Names that differ only in the
// version are written as the oldest, two dots and the newest version. QEMU drops the oldest versions and adds the
// newest, so there are no gaps in between; if there were one, the list would claim too much, never too little. Thread
// rule: any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hotspot::telemetry {

std::string machine_types_text(const std::vector<std::string>& names);
// Does this text include the machine type?
bool has_machine_type(std::string_view text, std::string_view name);

}  // namespace hotspot::telemetry
