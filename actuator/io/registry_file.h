// hotspotd's own copy of the registry of nodes: one JSON file in `state_dir`, readable only by hotspotd (0600).
#pragma once

#include <string>

#include "actuator/ports/registry.h"

namespace hotspot::io {

class RegistryFile : public ports::RegistryCopy {
 public:
  // The file is FOLDER/registry-CLUSTER.json; the folder is created (0700) if it does not exist.
  RegistryFile(std::string folder, const std::string& cluster);

  Result<record::Registry> load() override;
  Result<void> store(const record::Registry& registry) override;

 private:
  std::string folder_, path_;
};

}  // namespace hotspot::io
