// hotspotctl --version, completion, schema: information about this program, and files that it provides for others.
#pragma once

#include <string>

namespace hotspot::ctl {

// The version; below it the revision, build options, library versions and supported schemas.
int show_version();
int print_completion(const std::string& shell);  // "bash", "zsh", "fish"
int print_schema();

}  // namespace hotspot::ctl
