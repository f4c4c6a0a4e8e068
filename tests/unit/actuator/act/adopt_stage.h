// What the one before left in the journal, and an executor that takes it over.
#pragma once

#include <algorithm>
#include <map>
#include <string>

#include "tests/unit/actuator/act/stage.h"

namespace hotspot::act {

class AdoptStage : public Stage {
 protected:
  // The journal as the one before left it, and an executor that takes it over.
  void adopt(const model::Action& action, model::ActionState state) {
    ports::JournalEntry entry;
    entry.action = action;
    entry.state = state;
    entry.token = token_;
    ASSERT_TRUE(journal_.append(entry));
    const auto open = journal_.open_actions();
    ASSERT_TRUE(open);
    executor_->adopt(*open);
  }
  bool ends() {
    return advance_until([&] { return store_.entries.size() > 1; });
  }
  static ports::DomainFacts in_state(telemetry::DomainState state) {
    ports::DomainFacts facts = facts_with(1);
    facts.state = state;
    return facts;
  }
  // h1 sends the domain to h2, and this is how far it has come.
  void goes_on(std::int64_t remaining_bytes = 60 * kMebibyte, bool post_copy = false) {
    ports::MigrationProgress progress;
    progress.elapsed_ms = 5000;
    progress.iteration = 4;
    progress.memory_remaining_bytes = remaining_bytes;
    progress.expected_downtime_ms = 900;
    progress.post_copy = post_copy;
    hypervisor_.set_figures(uuid_of("h1"), uuid_of("a"), progress);
    hypervisor_.add_domain(uuid_of("h1"), uuid_of("a"), held());
    hypervisor_.add_domain(uuid_of("h2"), uuid_of("a"), in_state(telemetry::DomainState::kPaused));
  }
  // As the one before wrote it down.
  void adopt_recorded(const model::Action& action, std::map<std::string, double> figures) {
    ports::JournalEntry entry;
    entry.action = action;
    entry.state = model::ActionState::kProgress;
    entry.token = token_;
    entry.figures = std::move(figures);
    ASSERT_TRUE(journal_.append(entry));
    executor_->adopt(*journal_.open_actions());
  }
  std::size_t count(const std::string& call) const {
    const auto all = hypervisor_.calls();
    return static_cast<std::size_t>(std::count(all.begin(), all.end(), call));
  }
  static ports::DomainFacts held() {
    ports::DomainFacts facts = facts_with(1);
    facts.job_active = true;
    return facts;
  }
};

}  // namespace hotspot::act
