// All that main needs of hotspotctl.
#pragma once

namespace hotspot::ctl {

// Parses, and does what was asked. The exit code of the process.
int run(int argc, char** argv);

// All that was written to standard output has arrived. Otherwise says why not, and returns kFailed instead of `code`.
int written(int code);

}  // namespace hotspot::ctl
