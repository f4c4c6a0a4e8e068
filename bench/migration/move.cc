// Moves one domain as hotspotd does: sample, predict, choose, migrate, learn. For bench/migration.py.
//
//   bench_move BOOK SOURCE_URI SOURCE_UUID TARGET_URI TARGET_UUID DOMAIN_UUID BALLOON_BYTES UNUSED_BYTES BANDWIDTH_MIB
//   CPU_RATIO
//
// BOOK is a file with what was learned before (loop/book_records.h), written again at the end. Prints the action's
// states as lines of JSON. Everything but journal and planner is what runs in production: act::Worker on
// LibvirtHypervisor.
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "actuator/act/worker.h"
#include "actuator/io/libvirt/hypervisor.h"
#include "actuator/io/system_clock.h"
#include "actuator/loop/book_records.h"

namespace {

using namespace hotspot;

// The part of a snapshot that a prediction looks at.
model::Cluster cluster_with(const model::Action& move, const telemetry::DomainSample& domain) {
  model::Cluster cluster;
  for (const ports::NodeAddress& node : {act::source_of(move), act::target_of(move)}) {
    telemetry::NodeSnapshot snapshot;
    snapshot.sequence = 1;
    snapshot.node.uuid = node.uuid;
    snapshot.node.name = node.name;
    snapshot.node.uri = node.uri;
    if (node.uuid == move.node_uuid) snapshot.domains.push_back(domain);
    (void)cluster.apply(snapshot, WallTime{});
  }
  return cluster;
}

int move(char** argv) {
  telemetry::DomainSample domain;
  domain.uuid = domain.name = argv[6];
  domain.state = telemetry::DomainState::kRunning;
  domain.memory_balloon_bytes = std::atoll(argv[7]);
  domain.memory_unused_bytes = std::atoll(argv[8]);
  domain.cpu_ratio = std::atof(argv[10]);
  plan::MigrationBook book;
  std::stringstream saved;
  saved << std::ifstream(argv[1]).rdbuf();
  if (const auto restored = loop::restore(book, saved.str()); !restored)
    return std::fprintf(stderr, "%s: %s\n", argv[1], restored.error().message.c_str()), 2;

  act::ExecutorOptions options;
  options.migration.bandwidth_bytes_per_second = std::atoll(argv[9]) * kMebibyte;
  const io::SystemClock clock;
  io::LibvirtHypervisor hypervisor;
  act::WorkOrder order;
  model::Action& action = order.action;
  action.id = "bench";
  action.domain_uuid = action.domain_name = argv[6];
  action.node_uri = action.node_name = argv[2];
  action.node_uuid = argv[3];
  action.step = model::MigrateTo{argv[5], argv[4], argv[4]};
  const model::Cluster cluster = cluster_with(action, domain);
  action.expected =
      plan::figures_of(book.expect(cluster.find_domain(domain.uuid), *cluster.find_node(argv[5]), options.migration));
  hypervisor.know_node(act::source_of(action));
  hypervisor.know_node(act::target_of(action));
  const auto no_lease = std::make_shared<std::atomic<Milliseconds>>(Milliseconds::max());
  const auto report_to_stdout = [&](const ports::ActionReport& report) {
    const nlohmann::json line{{"state", model::to_string(report.state)},
                              {"at_ms", to_unix_ms(report.at)},
                              {"message", report.message},
                              {"figures", report.figures}};
    std::printf("%s\n", line.dump().c_str());
    if (report.state == model::ActionState::kVerifying) book.note(action, report.figures, report.at);
  };
  act::Worker({hypervisor, clock, report_to_stdout}, options, no_lease).run(order);
  std::ofstream(argv[1]) << loop::save(book);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 11) return std::fprintf(stderr, "see the head of bench/migration/move.cc\n"), 2;
  return move(argv);
}
