// The published policies that ours is measured against, as CloudSim 3.0.3 and their authors' code have them.
#pragma once

#include <memory>
#include <string>

#include "bench/planetlab/experiment.h"

namespace hotspot::planetlab {

enum class Published {
  kThrMmt,   // fixed limit of 0.8, least migration time, least rise of power (Beloglazov and Buyya 2012)
  kLrMmt,    // local regression with a safety of 1.2, else the same
  kLrMfped,  // the same with medium fit (Moges and Abebe, J. Cloud Comp. 8:2, 2019)
};

const char* name_of(Published policy);

std::unique_ptr<Policy> make_published(Published policy);

}  // namespace hotspot::planetlab
