#include "actuator/sim/world.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "actuator/model/load.h"
#include "actuator/plan/migration_time.h"

namespace hotspot::simulation {
namespace {

constexpr double kOverheadSeconds = 1;                        // of a migration besides the copying
constexpr Milliseconds kRunsAlready{std::chrono::hours(24)};  // domains, when the simulation begins
enum Stream : std::uint64_t { kCores, kMemory, kReceive, kTransmit, kStreams };

template <typename Step>
const Step* tuned_by(const SimulatedDomain& domain) {
  if (domain.tuned.empty()) return nullptr;
  const auto found = domain.tuned.find(Step::kName);
  return found == domain.tuned.end() ? nullptr : std::get_if<Step>(&found->second);
}

double most_cores(const SimulatedDomain& domain) {
  const double vcpus = domain.facts.vcpus;
  const auto* cap = tuned_by<model::SetCpuCap>(domain);
  return cap == nullptr || cap->to_percent == 0 ? vcpus : std::min(vcpus, cap->to_percent / 100.0);
}

double weight_of(const SimulatedDomain& domain) {
  const auto* shares = tuned_by<model::SetCpuShares>(domain);
  return shares == nullptr ? 1 : std::max(2, shares->to) / 1024.0;
}

// The domain has one interface: its limit is that of all.
const model::NetworkLimit* network_limit(const SimulatedDomain& domain) {
  for (const auto& [key, step] : domain.tuned)
    if (const auto* limit = std::get_if<model::SetNetworkLimit>(&step)) return &limit->to;
  return nullptr;
}

double limited(double bytes_per_second, const std::optional<model::Flow>& flow) {
  return flow ? std::min(bytes_per_second, static_cast<double>(flow->average_bytes_per_second)) : bytes_per_second;
}

double overlap_seconds(WallTime begins, WallTime ends, WallTime since, WallTime until) {
  const auto both = std::min(ends, until) - std::max(begins, since);
  return std::max(0.0, std::chrono::duration<double>(both).count());
}

ports::DomainFacts facts_of(const DomainModel& model) {
  ports::DomainFacts facts;
  facts.state = telemetry::DomainState::kRunning;
  facts.persistent = true;
  facts.vcpus = model.vcpus;
  facts.vcpus_max = model.vcpus_max;
  facts.persistent_vcpus = model.vcpus;
  facts.balloon_bytes = model.memory_bytes;
  facts.balloon_max_bytes = model.memory_max_bytes;
  return facts;
}

}  // namespace

double SimulatedNode::memory_ratio() const {
  return 1 - static_cast<double>(available_bytes) / static_cast<double>(model->memory_bytes);
}

double SimulatedNode::network_ratio() const { return std::max(receive, transmit) / model->link_bytes_per_second; }

World::World(const Scenario& scenario, const SimulatedClock& clock, std::uint64_t seed)
    : scenario_(scenario), clock_(clock), seed_(seed), last_step_(clock.now()) {
  for (const NodeModel& model : scenario.nodes) {
    node_indexes_[model.uuid] = nodes_.size();
    SimulatedNode& node = nodes_.emplace_back();
    node.model = &model;
    node.available_bytes = model.memory_bytes;
  }
  for (const DomainModel& model : scenario.domains) {
    domain_indexes_[model.uuid] = domains_.size();
    nodes_[model.node].domains.push_back(domains_.size());
    SimulatedDomain& domain = domains_.emplace_back();
    domain.model = &model;
    domain.node = model.node;
    domain.facts = facts_of(model);
    domain.started_at = clock.now() - kRunsAlready;
  }
}

std::optional<std::size_t> World::find_node(const std::string& uuid) const {
  const auto found = node_indexes_.find(uuid);
  return found == node_indexes_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<std::size_t> World::find_domain(const std::string& uuid) const {
  const auto found = domain_indexes_.find(uuid);
  return found == domain_indexes_.end() ? std::nullopt : std::optional(found->second);
}

std::int64_t World::resident_bytes(const SimulatedDomain& domain) const {
  const std::int64_t balloon = domain.facts.balloon_bytes;
  if (domain.model->resident_bytes == 0) return balloon;
  return std::min(balloon, std::max(domain.model->resident_bytes, static_cast<std::int64_t>(domain.memory.uses)));
}

void World::step() {
  const DemandTime time{clock_.passed(), clock_.now().time_since_epoch() % kDay};
  for (std::size_t i = 0; i < domains_.size(); ++i) want(i, time);
  const std::vector<Carried> carried = carried_since(last_step_);
  for (std::size_t i = 0; i < nodes_.size(); ++i) share_node(nodes_[i], carried[i]);
  ended_.clear();
  last_step_ = clock_.now();
}

void World::want(std::size_t index, const DemandTime& time) {
  SimulatedDomain& domain = domains_[index];
  const DomainModel& model = *domain.model;
  const auto asks = [&](const Demand& demand, Stream stream) {
    return demand_at(demand, time, {seed_, index * kStreams + stream});
  };
  domain.cores.asks = asks(model.cores, kCores);
  domain.cores.wants = std::min(domain.cores.asks, most_cores(domain));
  domain.memory.asks = asks(model.used_bytes, kMemory);
  domain.memory.uses = std::min(domain.memory.asks, static_cast<double>(domain.facts.balloon_bytes));
  domain.receive = asks(model.receive, kReceive);
  domain.transmit = asks(model.transmit, kTransmit);
  if (const model::NetworkLimit* limit = network_limit(domain)) {
    domain.receive = limited(domain.receive, limit->receive);
    domain.transmit = limited(domain.transmit, limit->transmit);
  }
}

void World::share_node(SimulatedNode& node, const Carried& carried) {
  const double other = node.model->own_cores + carried.cores;
  claims_.clear();
  double receive = carried.receive, transmit = carried.transmit;
  for (const std::size_t i : node.domains) {
    claims_.push_back({domains_[i].cores.wants, weight_of(domains_[i])});
    receive += domains_[i].receive;
    transmit += domains_[i].transmit;
  }
  share(node.model->cpus - other, claims_);
  const double link = node.model->link_bytes_per_second;
  const double received = receive > link ? link / receive : 1, sent = transmit > link ? link / transmit : 1;
  node.domain_cores = 0;
  for (std::size_t k = 0; k < node.domains.size(); ++k) {
    SimulatedDomain& domain = domains_[node.domains[k]];
    domain.cores.gets = claims_[k].gets;
    domain.receive *= received;
    domain.transmit *= sent;
    node.domain_cores += claims_[k].gets;
  }
  node.cores = std::min<double>(node.model->cpus, node.domain_cores + other);
  node.receive = receive * received;
  node.transmit = transmit * sent;
  node.available_bytes = available_on(node);
}

std::int64_t World::available_on(const SimulatedNode& node) const {
  std::int64_t available = node.model->memory_bytes - node.model->own_bytes;
  for (const std::size_t i : node.domains) available -= resident_bytes(domains_[i]) + model::kDomainOverheadBytes;
  for (const std::size_t i : node.arriving) available -= resident_bytes(domains_[i]) + model::kDomainOverheadBytes;
  return std::max<std::int64_t>(0, available);
}

// The means over the time since then.
std::vector<World::Carried> World::carried_since(WallTime since) const {
  std::vector<Carried> carried(nodes_.size());
  const double length = std::chrono::duration<double>(clock_.now() - since).count();
  if (length <= 0) return carried;
  for (const auto* transfers : {&under_way_, &ended_}) {
    for (const Transfer& one : *transfers) {
      const double part = overlap_seconds(one.begins, one.ends, since, clock_.now()) / length;
      for (const std::size_t end : {one.from, one.to}) carried[end].cores += part * scenario_.migration.cores;
      carried[one.from].transmit += part * one.bytes_per_second;
      carried[one.to].receive += part * one.bytes_per_second;
    }
  }
  return carried;
}

Milliseconds World::begin_migration(std::size_t index, std::size_t target) {
  SimulatedDomain& domain = domains_[index];
  Transfer transfer{.domain = index, .from = domain.node, .to = target, .begins = clock_.now()};
  transfer.bytes_per_second =
      std::min({scenario_.migration.bytes_per_second, nodes_[domain.node].model->link_bytes_per_second,
                nodes_[target].model->link_bytes_per_second});
  const double speed = domain.cores.wants > 0 ? domain.cores.gets / domain.cores.wants : 1;
  const plan::GuestMemory memory{.bytes = resident_bytes(domain),
                                 .dirty_bytes_per_second = domain.model->dirty_bytes_per_second * speed,
                                 .busy_ratio = std::min(1.0, domain.cores.gets / domain.facts.vcpus)};
  const plan::MigrationEstimate estimate =
      plan::estimate_migration(memory, {.bytes_per_second = transfer.bytes_per_second, .throttle = plan::Throttle{}});
  plan::MigrationEstimate whole = estimate;
  whole.total_seconds += kOverheadSeconds;
  const Milliseconds length = plan::length_of(whole);
  transfer.ends = transfer.begins + length;
  transfer.bytes = (std::chrono::duration<double>(length).count() - kOverheadSeconds) * transfer.bytes_per_second;
  transfer.downtime_seconds = estimate.downtime_seconds;
  domain.target = target;
  domain.facts.job_active = true;
  nodes_[target].arriving.push_back(index);
  under_way_.push_back(transfer);
  return length;
}

// Ends the migration of the domain, which must be under way.
World::Transfer World::take_transfer(std::size_t index) {
  const auto found =
      std::find_if(under_way_.begin(), under_way_.end(), [&](const Transfer& one) { return one.domain == index; });
  Transfer transfer = *found;
  under_way_.erase(found);
  transfer.ends = std::min(transfer.ends, clock_.now());
  ended_.push_back(transfer);
  std::erase(nodes_[transfer.to].arriving, index);
  domains_[index].target.reset();
  domains_[index].facts.job_active = false;
  return transfer;
}

void World::drop_migration(std::size_t index) {
  if (domains_[index].target) take_transfer(index);
}

Move World::finish_migration(std::size_t index, std::size_t target) {
  SimulatedDomain& domain = domains_[index];
  if (!domain.target) begin_migration(index, target);
  const Transfer transfer = take_transfer(index);
  std::erase(nodes_[transfer.from].domains, index);
  nodes_[transfer.to].domains.push_back(index);
  domain.node = transfer.to;
  domain.started_at = clock_.now();
  moves_.push_back(
      {index, transfer.from, transfer.to, transfer.begins, transfer.ends, transfer.bytes, transfer.downtime_seconds});
  return moves_.back();
}

}  // namespace hotspot::simulation
