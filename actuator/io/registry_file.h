// hotspotd's own copy of the registry of nodes: one JSON file in `state_dir`, readable by hotspotd alone (0600).
#pragma once

#include <string>

#include "actuator/ports/registry.h"

namespace hotspot::io {

class RegistryFile : public ports::RegistryCopy {
 public:
  // The file is FOLDER/registry-CLUSTER.json; the folder is made (0700) where it is not there.
  RegistryFile(std::string folder, const std::string& cluster);

  Result<record::Registry> load() override;
  Result<void> store(const record::Registry& registry) override;

 private:
  std::string folder_, path_;
};

}  // namespace hotspot::io
