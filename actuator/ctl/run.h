// The interface of hotspotctl for main.
#pragma once

namespace hotspot::ctl {

// Parses the command line and runs the command. Returns the exit code.
int run(int argc, char** argv);

// Checks that all output reached standard output. Otherwise prints why not, and returns kFailed instead of `code`.
int written(int code);

}  // namespace hotspot::ctl
