// A registry of nodes in memory, fenced like the real one by the lease of its FakeStore; and a copy of it.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "actuator/ports/clock.h"
#include "actuator/ports/registry.h"
#include "tests/support/fakes/fake_store.h"

namespace hotspot::fakes {

class FakeRegistry : public ports::Registry {
 public:
  FakeRegistry(FakeStore& store, const ports::Clock& clock) : store_(store), clock_(clock) {}

  Result<std::int64_t> revision() override {
    if (!store_.reachable) return Error{"the fake store is away"};
    return record::registry_from_fields(store_.nodes).revision;
  }

  Result<record::Registry> load() override {
    if (!store_.reachable) return Error{"the fake store is away"};
    return record::registry_from_fields(store_.nodes);
  }

  Result<void, ports::WriteError> save(std::int64_t token, const ports::RegistryChange& change) override {
    if (!store_.reachable) return ports::WriteError{ports::WriteFault::kUnreachable, "the fake store is away"};
    if (!store_.leads(token, clock_.steady()))
      return ports::WriteError{ports::WriteFault::kFenced, "our lease is gone"};
    for (const auto& [id, json] : change.entries)
      json.empty() ? void(store_.nodes.erase(id)) : void(store_.nodes[id] = json);
    store_.nodes[record::kRevisionField] = std::to_string(change.revision);
    return {};
  }

 private:
  FakeStore& store_;
  const ports::Clock& clock_;
};

class FakeRegistryCopy : public ports::RegistryCopy {
 public:
  Result<record::Registry> load() override {
    if (!problem.empty()) return Error{problem};
    return stored;
  }
  Result<void> store(const record::Registry& registry) override {
    if (!problem.empty()) return Error{problem};
    stored = registry;
    return {};
  }

  record::Registry stored;
  std::string problem;  // it can be neither read nor written
};

}  // namespace hotspot::fakes
