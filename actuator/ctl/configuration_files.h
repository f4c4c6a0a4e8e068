// Configurations of hotspotd among rule files: the examples that are installed lie in one directory.
#pragma once

#include <vector>

#include "actuator/rules/language/diagnostic.h"

namespace hotspot::ctl {

// By what it holds, not by its name: keys of hotspotd.yaml at the top, and no groups.
bool is_configuration(const rules::SourceFile& file);

// Takes them out of the files, in their order.
std::vector<rules::SourceFile> take_configurations(std::vector<rules::SourceFile>& files);

}  // namespace hotspot::ctl
