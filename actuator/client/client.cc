#include "actuator/client/client.h"

#include <utility>

#include "actuator/client/connection.h"
#include "actuator/client/history.h"
#include "actuator/client/inventory.h"
#include "actuator/client/plan.h"
#include "actuator/client/sending.h"
#include "actuator/client/status.h"
#include "common/text/visible.h"

namespace hotspot::client {
namespace {

Result<redis::Options> redis_of(const Options& options) {
  redis::Options redis;
  if (const auto set = redis::set_address(options.redis, redis); !set) return set.error();
  redis.user = options.user;
  redis.password_file = options.password_file;
  redis.tls.on = options.tls;
  redis.tls.ca_file = options.ca_file;
  redis.tls.certificate_file = options.certificate_file;
  redis.tls.key_file = options.key_file;
  redis.client_name = options.program;
  if (const auto wrong = redis::check(redis)) return Error{*wrong};
  return redis;
}

}  // namespace

std::string visible(std::string_view text) { return text::visible(text, text::kMostLineBytes); }

Result<Client> Client::open(const Options& options) {
  const auto redis = redis_of(options);
  if (!redis) return redis.error();
  model::Freshness freshness;
  freshness.max_age_intervals = options.max_age_intervals;
  freshness.min_max_age = options.min_max_age;
  auto connection = Connection::open({.cluster = options.cluster, .redis = *redis, .freshness = freshness});
  if (!connection) return connection.error();
  return Client(std::move(*connection));
}

Client::Client(std::unique_ptr<Connection> connection) : connection_(std::move(connection)) {}
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;
Client::~Client() = default;

Result<Status> Client::status() { return read_short_status(*connection_); }

Result<Inventory> Client::inventory() { return read_inventory(*connection_, Of::kBoth); }

Result<std::vector<Node>> Client::nodes() {
  auto inventory = read_inventory(*connection_, Of::kNodes);
  if (!inventory) return inventory.error();
  return std::move(inventory->nodes);
}

Result<std::vector<Domain>> Client::domains() {
  auto inventory = read_inventory(*connection_, Of::kDomains);
  if (!inventory) return inventory.error();
  return std::move(inventory->domains);
}

Result<Plan> Client::plan() { return read_plan(*connection_); }

Result<std::vector<Decision>> Client::decisions(std::size_t count) { return newest_decisions(*connection_, count); }

Result<std::vector<Action>> Client::actions(std::size_t count) { return newest_actions(*connection_, count); }

Result<Answer> Client::send(const Command& command) {
  const auto record = command_of(command);
  if (!record) return record.error();
  return client::send(*connection_, *record);
}

Result<std::string> Client::position() { return position_of_now(*connection_); }

Result<Events> Client::events(const std::string& position, Milliseconds wait) {
  return events_after(*connection_, position, wait);
}

}  // namespace hotspot::client
