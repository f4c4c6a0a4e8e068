// Makes each call of libhotspot that its arguments name, and prints what came of it, for client_test.py.
//
// calls REDIS WORD...: status, nodes, domains, decisions, actions, position, events POSITION, hold NAME, drain NODE,
// mode WORD
#include <hotspot/client.h>

#include <cstdio>
#include <string>
#include <vector>

using namespace hotspot;

namespace {

int fail(const Error& error) {
  std::printf("error: %s\n", error.message.c_str());
  return 1;
}

int print(const Result<client::Status>& status) {
  if (!status) return fail(status.error());
  std::printf("leader %s version %s mode %s holds %zu drains %zu firings %zu\n", status->leader.c_str(),
              status->version.c_str(), status->mode.c_str(), status->holds.size(), status->drains.size(),
              status->firings.size());
  for (const client::Hold& hold : status->holds)
    std::printf("hold %s on %s %s by %s: %s\n", hold.id.c_str(), hold.on.c_str(), hold.name.c_str(), hold.owner.c_str(),
                hold.reason.c_str());
  return 0;
}

int print(const Result<std::vector<client::Node>>& nodes) {
  if (!nodes) return fail(nodes.error());
  for (const client::Node& node : *nodes)
    std::printf("node %s %s %s cpus %d cpu %.2f drain %d\n", node.name.c_str(), node.standing.c_str(),
                node.stale ? "stale" : "fresh", node.load ? node.load->cpus : -1,
                node.load ? node.load->cpu_ratio.value_or(-1) : -1, node.drain_requested ? 1 : 0);
  return 0;
}

int print(const Result<std::vector<client::Domain>>& domains) {
  if (!domains) return fail(domains.error());
  for (const client::Domain& domain : *domains)
    std::printf("domain %s on %s %s vcpus %d/%d used %s\n", domain.name.c_str(), domain.node.c_str(),
                domain.state.c_str(), domain.vcpus.value_or(-1), domain.vcpus_max.value_or(-1),
                domain.memory_used_ratio ? "measured" : "not measured");
  return 0;
}

void print(const client::Event& event) {
  if (const auto* decision = std::get_if<client::Decision>(&event))
    std::printf("decision %s %s %s json %zu\n", decision->id.c_str(), decision->rule.c_str(), decision->outcome.c_str(),
                decision->json.size());
  if (const auto* action = std::get_if<client::Action>(&event))
    std::printf("action %s %s %s: %s%s\n", action->id.c_str(), action->domain.c_str(), action->state.c_str(),
                action->step.c_str(), action->ended ? ", ended" : "");
}

template <typename T>
int print_all(const Result<std::vector<T>>& all) {
  if (!all) return fail(all.error());
  for (const T& one : *all) print(client::Event(one));
  return 0;
}

int print(const Result<client::Events>& events) {
  if (!events) return fail(events.error());
  for (const client::Event& event : events->list) print(event);
  std::printf("next %s unreadable %zu%s\n", events->position.c_str(), events->unreadable, events->gap ? " gap" : "");
  return 0;
}

int send(client::Client& cluster, const client::Command& command) {
  const auto answer = cluster.send(command);
  if (!answer) return fail(answer.error());
  const char* const kinds[] = {"done", "refused", "unanswered"};
  std::printf("%s: %s\n", kinds[static_cast<int>(answer->kind)], answer->message.c_str());
  return 0;
}

int call(client::Client& cluster, const std::string& verb, const std::string& word) {
  if (verb == "status") return print(cluster.status());
  if (verb == "nodes") return print(cluster.nodes());
  if (verb == "domains") return print(cluster.domains());
  if (verb == "decisions") return print_all(cluster.decisions(1000));
  if (verb == "actions") return print_all(cluster.actions(1000));
  if (verb == "events") return print(cluster.events(word, Milliseconds(100)));
  if (verb == "mode") return send(cluster, client::SetMode{word, "ada"});
  if (verb == "drain") return send(cluster, client::DrainNode{word, "ada", "kernel"});
  if (verb == "hold")
    return send(cluster, client::AddHold{"domain", word, "ada", "backup", std::chrono::hours(1), false});
  const auto position = cluster.position();
  if (!position) return fail(position.error());
  std::printf("%s\n", position->c_str());
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  client::Options options;
  options.cluster = "test";
  options.redis = argv[1];
  options.program = "calls";
  auto opened = client::Client::open(options);
  if (!opened) return fail(opened.error());
  client::Client cluster = std::move(opened).value();
  return call(cluster, argv[2], argc > 3 ? argv[3] : "");
}
