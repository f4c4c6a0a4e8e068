// Publishes for others: the key `published` for collectors, metrics, and events for graphs.
//
// Thread rule: one thread, the loop's.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "actuator/loop/exposition.h"
#include "actuator/loop/intake.h"
#include "actuator/loop/metrics.h"
#include "actuator/loop/options.h"
#include "actuator/loop/publication.h"
#include "actuator/loop/status.h"
#include "actuator/loop/write.h"
#include "actuator/ports/clock.h"
#include "actuator/ports/event_writer.h"
#include "actuator/ports/journal.h"
#include "telemetry/published.h"

namespace hotspot::loop {

class Publisher {
 public:
  struct Ports {
    ports::Journal& journal;
    const ports::Clock& clock;
    ports::EventWriter* events = nullptr;  // null: events are written nowhere
    // Called with the leader's metrics, and once with none when it no longer leads. Empty: they are not shown.
    std::function<void(std::vector<MetricFamily>)> show_metrics = {};
  };
  Publisher(const Options& options, Ports ports);
  Publisher(const Publisher&) = delete;
  Publisher& operator=(const Publisher&) = delete;

  void loaded(const rules::RuleSet& set);
  // How the leader fares: for show(), and for the next record.
  std::vector<MetricFamily> gather(const Status& status, const Meters& meters);
  // At most once a second, with the numbers that were gathered last.
  Written publish(const Intake& intake, std::int64_t token);
  void show(std::vector<MetricFamily> families);
  // Empty: events are written nowhere.
  std::optional<ports::EventsStatus> events() const;

  Publication& publication() { return publication_; }
  const Publication& publication() const { return publication_; }

 private:
  void mark(ports::Event event);

  std::string cluster_;
  bool dry_run_;
  Milliseconds lasts_;  // the record, without a newer one
  Ports ports_;
  Publication publication_;
  std::map<std::string, double> numbers_;          // of the newest status, see published_numbers()
  std::vector<telemetry::PublishedLimit> limits_;  // of the rules that run
  Milliseconds next_publish_{0};
  bool shows_ = false;
};

}  // namespace hotspot::loop
