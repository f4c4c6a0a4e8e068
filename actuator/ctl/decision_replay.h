// hotspotctl decision replay: plans once more from what a decision was made from, and compares. Also whether what is
// stored is what the decisions name.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "actuator/client/client.h"
#include "actuator/ctl/parsed.h"

namespace hotspot::ctl {

// What is stored of the inputs that decisions name, each input counted once.
struct StoredInputs {
  std::size_t checked = 0;  // they and all their parts have the hash by which they are named
  std::size_t gone = 0;     // not stored any more, whole or in part
  std::string decision;     // the first one whose input was changed
  std::string changed;      // what is wrong with it: a sentence; empty: nothing was changed
};
// An error: it cannot be told of one of them, because Redis does not answer, the user may not read it, or a newer
// version wrote it.
Result<StoredInputs> check_stored_inputs(Session& session);

// kFailed: the plan is another one now, or what is stored was changed. kNothing: there is no such decision, or no input
// of it is stored.
int decision_replay(Session& session, const std::string& id);

void add_decision_replay(CLI::App& decision, Parsed& parsed);

}  // namespace hotspot::ctl
