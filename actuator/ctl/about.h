// hotspotctl --version, completion, schema: what this program is made of, and what it gives to others.
#pragma once

#include <string>

namespace hotspot::ctl {

// The version; below it the revision, how it was built, of which libraries, and which schemas it speaks.
int show_version();
int print_completion(const std::string& shell);  // "bash", "zsh", "fish"
int print_schema();

}  // namespace hotspot::ctl
