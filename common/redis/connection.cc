#include "common/redis/connection.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>

#include "common/redis/password_file.h"

namespace hotspot::redis {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kMostRedirects = 5;
// How long asking the Sentinels may delay a command. They are expected to be near, or unreachable.
constexpr Milliseconds kCheckPatience{200};

// The time that one of several servers may use: its share of the rest, but enough for a distant one to answer.
Wire::Deadline share_of(Wire::Deadline deadline, std::size_t left, Milliseconds whole) {
  const auto now = Clock::now();
  const auto share =
      std::max<Clock::duration>((deadline - now) / static_cast<int>(std::max<std::size_t>(left, 1)), whole / 3);
  return std::min(deadline, now + share);
}

Result<Command, CommandError> auth_command(const Peer& peer, const std::string& password_file) {
  auto password = read_password(password_file);
  if (!password) return no_password(peer, password.error().message);
  Command auth{"AUTH"};
  if (!peer.user.empty()) auth.push_back(peer.user);
  auth.push_back(std::move(*password));
  return auth;
}

CommandError not_a_master(const Peer& peer, bool by_sentinel) {
  return {Fault::kRefused, "READONLY",
          to_string(peer) + (by_sentinel ? " is named as master by the sentinels, but is still a replica; it is tried "
                                           "again until the failover is over"
                                         : " is a replica; give the address of the master as well")};
}

}  // namespace

Connection::Connection(Options options)
    : options_(std::move(options)),
      interrupt_fd_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      wire_(options_, interrupt_fd_),
      sentinel_wire_(options_, interrupt_fd_),
      sentinels_(options_.addresses) {}

Connection::~Connection() {
  if (interrupt_fd_ >= 0) close(interrupt_fd_);
}

void Connection::interrupt() { eventfd_write(interrupt_fd_, 1); }

Peer Connection::peer_at(const Address& address) const {
  return {.address = address, .unix_socket = "", .user = options_.user};
}

std::vector<Peer> Connection::candidates() const {
  if (!options_.unix_socket.empty())
    return {{.address = {}, .unix_socket = options_.unix_socket, .user = options_.user}};
  std::vector<Address> addresses = cluster_nodes_;
  const std::vector<Address> one{{options_.host, options_.port}};
  for (const Address& address : options_.addresses.empty() ? one : options_.addresses)
    if (std::find(addresses.begin(), addresses.end(), address) == addresses.end()) addresses.push_back(address);
  std::vector<Peer> peers;
  for (const Address& address : addresses) peers.push_back(peer_at(address));
  return peers;
}

Result<void, CommandError> Connection::connect() {
  drop();
  const Deadline deadline = Clock::now() + options_.connect_timeout;
  auto connected =
      options_.sentinel.master.empty() ? connect_to_one_of(candidates(), deadline) : connect_by_sentinel(deadline);
  if (!connected) drop();
  return connected;
}

Result<void, CommandError> Connection::connect_to_one_of(const std::vector<Peer>& peers, Deadline deadline) {
  std::vector<CommandError> errors;
  for (std::size_t i = 0; i < peers.size(); ++i) {
    const Deadline share = share_of(deadline, peers.size() - i, options_.connect_timeout);
    auto connected = connect_as_node(peers[i], share, peers.size() > 1 ? Role::kMaster : Role::kAny);
    if (connected || connected.error().fault == Fault::kInterrupted) return connected;
    errors.push_back(connected.error());
  }
  return none_of(errors);
}

Result<void, CommandError> Connection::connect_as_node(const Peer& peer, Deadline deadline, Role wanted) {
  auto met = meet(wire_, peer, deadline, options_.key.empty() ? Ask::kRole : Ask::kRoleAndCluster);
  if (!met) return met.error();
  if (!met->is_cluster) {
    if (wanted == Role::kMaster && !met->role.empty() && met->role != "master") return not_a_master(peer, false);
    return {};
  }
  cluster_nodes_ = std::move(met->view.nodes);
  if (!met->view.owner) return {};  // the slot has no owner now: the replies will say so
  std::erase(cluster_nodes_, *met->view.owner);
  cluster_nodes_.insert(cluster_nodes_.begin(), *met->view.owner);
  if (met->view.owner_id == met->node_id) return {};
  auto owner = meet(wire_, peer_at(*met->view.owner), deadline, Ask::kNothing);
  if (!owner) return owner.error();
  return {};
}

Result<Connection::Met, CommandError> Connection::meet(Wire& wire, const Peer& peer, Deadline deadline, Ask ask) {
  if (auto dialled = wire.dial(peer, deadline); !dialled) return dialled.error();
  const std::string& password_file = peer.is_sentinel ? options_.sentinel.password_file : options_.password_file;
  if (!password_file.empty()) {
    const auto auth = auth_command(peer, password_file);
    if (!auth) return auth.error();
    auto reply = wire.exchange({&*auth, 1}, deadline);
    if (!reply) return reply.error();
    if (reply->front().is_error()) return refused(peer, reply->front().text);
  }
  std::vector<Command> questions{{"CLIENT", "SETNAME", options_.client_name}, {"PING"}};
  if (ask != Ask::kNothing) questions.push_back({"ROLE"});
  if (ask == Ask::kRoleAndCluster) {
    questions.push_back({"CLUSTER", "KEYSLOT", options_.key});
    questions.push_back({"CLUSTER", "MYID"});
    questions.push_back({"CLUSTER", "SLOTS"});
  }
  auto replies = wire.exchange(questions, deadline);
  if (!replies) return replies.error();
  // An error here means no Redis Cluster, or no permission to ask. The server is used all the same.
  const Reply& named = replies->front();
  if (named.is_error() && code_of(named.text) == "NOAUTH") return refused(peer, named.text);
  const Reply& pong = (*replies)[1];
  if (!pong.is_error() && !(pong.is_text() && pong.text == "PONG")) {
    wire.drop();
    return no_redis(peer, "PING");
  }
  Met met;
  if (ask != Ask::kNothing && !(*replies)[2].elements.empty()) met.role = (*replies)[2].elements[0].text;
  if (ask == Ask::kRoleAndCluster && (*replies)[5].is_array()) {
    met.is_cluster = true;
    met.node_id = (*replies)[4].text;
    met.view = cluster_view_from((*replies)[5], (*replies)[3].integer, peer.address.host);
  }
  return met;
}

Result<void, CommandError> Connection::connect_by_sentinel(Deadline deadline) {
  std::vector<CommandError> errors;
  const std::vector<Address> sentinels = sentinels_;
  for (std::size_t i = 0; i < sentinels.size(); ++i) {
    const Deadline share = share_of(deadline, sentinels.size() - i, options_.connect_timeout);
    auto master = ask_sentinel(sentinels[i], share);
    if (!master && master.error().fault == Fault::kInterrupted) return master.error();
    if (!master) {
      errors.push_back(master.error());
      continue;
    }
    std::rotate(sentinels_.begin(), std::find(sentinels_.begin(), sentinels_.end(), sentinels[i]), sentinels_.end());
    const Peer peer = peer_at(*master);
    auto met = meet(wire_, peer, share_of(deadline, sentinels.size() - i, options_.connect_timeout), Ask::kRole);
    if (met && met->role == "slave") met = not_a_master(peer, true);
    if (met) {
      check_master_at_ = Clock::now() + options_.sentinel.recheck_interval;
      return {};
    }
    if (met.error().fault == Fault::kInterrupted) return met.error();
    errors.push_back(met.error());
  }
  return none_of(errors);
}

Result<Address, CommandError> Connection::ask_sentinel(const Address& sentinel, Deadline deadline) {
  const Peer peer{.address = sentinel, .unix_socket = "", .user = options_.sentinel.user, .is_sentinel = true};
  if (sentinel_wire_.peer().address != sentinel || !sentinel_wire_.connected())
    if (auto met = meet(sentinel_wire_, peer, deadline, Ask::kNothing); !met) return met.error();
  const Command question{"SENTINEL", "get-master-addr-by-name", options_.sentinel.master};
  auto replies = sentinel_wire_.exchange({&question, 1}, deadline);
  if (!replies) return replies.error();
  const Reply& reply = replies->front();
  if (reply.is_error()) return refused(peer, reply.text);
  if (reply.elements.size() != 2)
    return CommandError{Fault::kRefused, "NOMASTER",
                        to_string(peer) + " knows no master '" + options_.sentinel.master +
                            "'; check the name (sentinel monitor NAME … in its configuration)"};
  auto master = address_from_string("[" + reply.elements[0].text + "]:" + reply.elements[1].text, 6379);
  if (!master) return cannot_connect(peer, master.error().message);
  return *master;
}

bool Connection::connected() {
  if (!wire_.connected()) return false;
  if (options_.sentinel.master.empty() || Clock::now() < check_master_at_ || is_still_master()) return true;
  drop();
  return false;
}

// A master that is cut off from the Sentinels still answers, but has been replaced: what is written to it will be lost.
bool Connection::is_still_master() {
  check_master_at_ = Clock::now() + options_.sentinel.recheck_interval;
  const auto master = ask_sentinel(sentinels_.front(), Clock::now() + kCheckPatience);
  if (master) return *master == wire_.peer().address;
  std::rotate(sentinels_.begin(), sentinels_.begin() + 1, sentinels_.end());  // start with another Sentinel next time
  return true;
}

Result<Reply, CommandError> Connection::command(const Command& command, Milliseconds extra_wait) {
  auto replies = exchange({&command, 1}, extra_wait);
  if (!replies) return replies.error();
  if (replies->front().is_error()) return refusal(replies->front());
  return std::move(replies->front());
}

Result<std::vector<Reply>, CommandError> Connection::exchange(std::span<const Command> commands,
                                                              Milliseconds extra_wait) {
  if (!connected()) return cannot_connect(wire_.peer(), "not connected");
  const Deadline deadline = Clock::now() + options_.command_timeout + extra_wait;
  auto replies = wire_.exchange(commands, deadline);
  for (int hops = 0; replies && hops < kMostRedirects; ++hops) {
    const auto followed = follow_redirects(commands, *replies, deadline);
    if (!followed) return followed.error();
    if (!*followed) break;
  }
  if (replies && std::any_of(replies->begin(), replies->end(), [](const Reply& reply) {
        return reply.is_error() && calls_for_a_new_connection(code_of(reply.text));
      }))
    drop();
  return replies;
}

// Sends again, to where the replies redirect, those commands that were not executed. False: no reply was a redirection.
Result<bool, CommandError> Connection::follow_redirects(std::span<const Command> commands, std::vector<Reply>& replies,
                                                        Deadline deadline) {
  std::vector<std::size_t> moved;
  std::optional<Address> new_home;
  bool asked = false;
  for (std::size_t i = 0; i < replies.size(); ++i) {
    if (!replies[i].is_error()) continue;
    const auto redirect = redirect_from(replies[i].text, wire_.peer().address.host);
    if (!redirect) continue;
    if (!redirect->is_ask) {
      new_home = redirect->to;
      moved.push_back(i);
      continue;
    }
    auto reply = ask_there(commands[i], redirect->to, deadline);
    if (!reply) return reply.error();
    replies[i] = std::move(*reply);
    asked = true;
  }
  if (!new_home) return asked;
  std::erase(cluster_nodes_, *new_home);
  cluster_nodes_.insert(cluster_nodes_.begin(), *new_home);
  if (auto met = meet(wire_, peer_at(*new_home), deadline, Ask::kNothing); !met) return met.error();
  std::vector<Command> again;
  for (const std::size_t i : moved) again.push_back(commands[i]);
  auto answers = wire_.exchange(again, deadline);
  if (!answers) return answers.error();
  for (std::size_t i = 0; i < moved.size(); ++i) replies[moved[i]] = std::move((*answers)[i]);
  return true;
}

Result<Reply, CommandError> Connection::ask_there(const Command& command, const Address& there, Deadline deadline) {
  Wire wire(options_, interrupt_fd_);
  if (auto met = meet(wire, peer_at(there), deadline, Ask::kNothing); !met) return met.error();
  const std::vector<Command> both{{"ASKING"}, command};
  auto replies = wire.exchange(both, deadline);
  if (!replies) return replies.error();
  return std::move((*replies)[1]);
}

}  // namespace hotspot::redis
