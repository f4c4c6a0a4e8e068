// A store of inputs in memory, for tests.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "actuator/loop/read_input.h"
#include "actuator/ports/input_store.h"

namespace hotspot::loop {

class MemoryInputs : public ports::InputStore {
 public:
  Result<std::vector<std::string>, ports::WriteError> store(std::int64_t, const std::vector<ports::InputText>& more,
                                                            const std::vector<std::string>& stored) override {
    ++calls;
    if (!is_reachable) return ports::WriteError{ports::WriteFault::kUnreachable, "it is away"};
    std::vector<std::string> missing;
    for (const std::string& hash : stored)
      if (!texts.contains(hash)) missing.push_back(hash);
    if (!missing.empty()) return missing;
    for (const ports::InputText& one : more) texts[one.sha256] = one.text;
    sent = more.size();
    return missing;
  }
  TextOfPart reading() const {
    return [this](const std::string& hash) -> Result<std::string> {
      const auto found = texts.find(hash);
      if (found == texts.end()) return Error{"it is not there"};
      return found->second;
    };
  }

  std::map<std::string, std::string> texts;
  std::size_t calls = 0, sent = 0;  // texts of the last call that wrote
  bool is_reachable = true;
};

}  // namespace hotspot::loop
