// hotspotctl: the command line tool for operators. See hotspotctl(1).
#include <csignal>

#include "actuator/ctl/run.h"

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_DFL);
  return hotspot::ctl::written(hotspot::ctl::run(argc, argv));
}
