// Recognises hotspotd configurations among rule files: the installed examples are in one directory.
#pragma once

#include <vector>

#include "actuator/rules/language/diagnostic.h"

namespace hotspot::ctl {

// By content, not by name: top-level keys of hotspotd.yaml, and no groups.
bool is_configuration(const rules::SourceFile& file);

// Removes the configurations from the files and returns them, in order.
std::vector<rules::SourceFile> take_configurations(std::vector<rules::SourceFile>& files);

}  // namespace hotspot::ctl
