#include "actuator/ctl/about.h"

#include <libvirt/libvirt.h>

#include <cstdio>

#include "actuator/ctl/session.h"
#include "completion_scripts.h"
#include "hotspot_revision.h"
#include "hotspot_version.h"
#include "telemetry/snapshot.h"

namespace hotspot::ctl {
namespace {

std::string dotted(unsigned long version) {
  return std::to_string(version / 1'000'000) + "." + std::to_string(version / 1000 % 1000) + "." +
         std::to_string(version % 1000);
}

}  // namespace

int show_version() {
  unsigned long libvirt = 0;
  virGetVersion(&libvirt, nullptr, nullptr);
  std::printf("hotspotctl %s\n", kVersion);
  std::printf("revision     %s\n", kRevision);
  std::printf("build        %s, %s\n", kBuildType, kCompiler);
  std::printf("libvirt      %s (built with %s)\n", dotted(libvirt).c_str(), dotted(LIBVIR_VERSION_NUMBER).c_str());
  std::printf("Redis TLS    %s\n", kRedisTls);
  std::printf("schemas      snapshot %d, output %d\n", telemetry::kSchema, kOutputSchemaVersion);
  return kDone;
}

int print_completion(const std::string& shell) {
  std::fputs(shell == "zsh" ? kZshCompletion : shell == "fish" ? kFishCompletion : kBashCompletion, stdout);
  return kDone;
}

int print_schema() {
  std::fputs(kOutputSchema, stdout);
  return kDone;
}

}  // namespace hotspot::ctl
