#include "actuator/ctl/node_admission.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <iostream>
#include <nlohmann/json.hpp>
#include <vector>

#include "actuator/ctl/commands.h"
#include "actuator/ctl/send.h"
#include "actuator/loop/admission.h"
#include "actuator/record/json_text.h"
#include "common/text/visible.h"

namespace hotspot::ctl {
namespace {

using Json = nlohmann::json;
using text::visible;

// A node that sends and was not admitted, by its own description.
struct Waiting {
  std::string name, host_uuid, uri, fingerprint, why;
  double since = 0;
};

std::string text_at(const Json& json, const char* key) {
  const auto found = json.find(key);
  return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

double number_at(const Json& json, const char* key) {
  const auto found = json.find(key);
  return found != json.end() && found->is_number() ? found->get<double>() : 0;
}

// One of the two lists that the leader writes.
Result<Json> read_admission_list(Session& session, const char* name) {
  const auto state = session.redis().state();
  if (!state) return state.error();
  const auto field = state->find("admission");
  if (field == state->end())
    return Error{"no hotspotd that admits nodes has led the cluster '" + session.config().cluster + "' yet"};
  const Json admission = record::parse_json(field->second);
  if (!admission.is_object() || !admission.contains(name) || !admission.at(name).is_array())
    return Error{"the list of nodes in Redis is not to be understood; the hotspotd that leads writes it anew"};
  return admission.at(name);
}

// The leader updates the list of waiting nodes once a second, but records an admission at once.
bool is_admitted(const Waiting& node, const record::Registry& registry) {
  const auto found = registry.nodes.find(node.name);
  if (found == registry.nodes.end()) return false;
  const record::RegisteredNode& entry = found->second;
  return (entry.host_uuid.empty() || entry.host_uuid == node.host_uuid) && entry.uri == node.uri &&
         (node.fingerprint.empty() ? entry.keys.empty()
                                   : std::any_of(entry.keys.begin(), entry.keys.end(), [&](const record::NodeKey& key) {
                                       return loop::fingerprint_of(key.key) == node.fingerprint;
                                     }));
}

Result<std::vector<Waiting>> read_waiting(Session& session) {
  const auto list = read_admission_list(session, "waiting");
  if (!list) return list.error();
  const auto registry = session.redis().registry();
  if (!registry) return registry.error();
  std::vector<Waiting> all;
  for (const Json& one : *list) {
    Waiting node{text_at(one, "name"),        text_at(one, "host_uuid"), text_at(one, "uri"),
                 text_at(one, "fingerprint"), text_at(one, "why"),       number_at(one, "first_seen")};
    if (!is_admitted(node, *registry)) all.push_back(std::move(node));
  }
  return all;
}

std::string key_text(const std::string& fingerprint) {
  return fingerprint.empty() ? "its snapshots are not signed" : "key " + visible(fingerprint);
}

std::string line_of_waiting(const Waiting& node) {
  return visible(node.name) + "  " + visible(node.uri) + "  " + key_text(node.fingerprint) + "  (host UUID " +
         visible(node.host_uuid) + ")";
}

// Asks on a terminal; otherwise --yes is required.
bool agreed(const AdmissionRequest& request, const std::string& question) {
  if (request.yes) return true;
  if (isatty(STDIN_FILENO) == 0) {
    fail("nobody can be asked here; look at what is shown, then say --yes");
    return false;
  }
  std::fprintf(stderr, "%s [y/N] ", question.c_str());
  std::string answer;
  std::getline(std::cin, answer);
  return answer == "y" || answer == "yes";
}

bool is_meant_by(const Waiting& node, const AdmissionRequest& request) {
  return (node.name == request.node || node.host_uuid == request.node) &&
         (request.uri.empty() || node.uri == request.uri) &&
         (request.fingerprint.empty() || node.fingerprint == request.fingerprint);
}

int say_several(const AdmissionRequest& request, const std::vector<Waiting>& nodes) {
  std::string which;
  for (const Waiting& node : nodes) which += "\n  " + line_of_waiting(node);
  return fail("several nodes that wait are called '" + visible(request.node) +
              "'; say which by its host UUID, or with --uri and --fingerprint:" + which);
}

int say_nobody(const AdmissionRequest& request, const std::vector<Waiting>& waiting) {
  std::string others;
  for (const Waiting& node : waiting)
    if (node.name == request.node || node.host_uuid == request.node) others += "\n  " + line_of_waiting(node);
  if (others.empty())
    fail("no node '" + visible(request.node) +
         "' waits; hotspotctl node list --waiting shows who does. One that has not been heard yet is admitted with "
         "--uri");
  else
    fail("no node '" + visible(request.node) + "' waits with what was given; there is:" + others);
  return kNothing;
}

int admit_unseen(Session& session, const AdmissionRequest& request) {
  std::fprintf(stderr, "node '%s' has not been heard yet: it would be admitted at %s, %s\n",
               visible(request.node).c_str(), visible(request.uri).c_str(), key_text(request.fingerprint).c_str());
  if (!agreed(request, "Do you want to admit it?")) return kFailed;
  return send_and_wait(session, record::AdmitNode{request.node, request.uri, request.fingerprint, login_user()});
}

int admit_all_seen(Session& session, const AdmissionRequest& request, const std::vector<Waiting>& waiting) {
  std::vector<Waiting> meant;
  for (const Waiting& node : waiting) {
    const auto same = [&](const Waiting& other) {
      return other.name == node.name || other.host_uuid == node.host_uuid;
    };
    if (std::count_if(waiting.begin(), waiting.end(), same) == 1)
      meant.push_back(node);
    else
      std::fprintf(stderr, "not admitted, for another has its name or host UUID:\n  %s\n",
                   line_of_waiting(node).c_str());
  }
  if (meant.empty()) {
    fail("no node waits that could be admitted");
    return kNothing;
  }
  std::fprintf(stderr, "hotspotd would connect to these, and believe what they sign:\n");
  for (const Waiting& node : meant) std::fprintf(stderr, "  %s\n", line_of_waiting(node).c_str());
  if (!agreed(request, "Do you want to admit all " + std::to_string(meant.size()) + "?")) return kFailed;
  int worst = meant.size() == waiting.size() ? kDone : kFailed;
  for (const Waiting& node : meant) {
    const std::string which = node.host_uuid.empty() ? node.name : node.host_uuid;
    if (send_and_wait(session, record::AdmitNode{which, node.uri, node.fingerprint, login_user()}) != kDone)
      worst = kFailed;
  }
  return worst;
}

}  // namespace

int node_waiting(Session& session) {
  const auto waiting = read_waiting(session);
  if (!waiting) return fail(waiting.error().message);
  Json json = Json::array();
  std::vector<std::vector<std::string>> rows;
  for (const Waiting& node : *waiting) {
    json.push_back({{"name", node.name},
                    {"host_uuid", node.host_uuid},
                    {"uri", node.uri},
                    {"fingerprint", node.fingerprint},
                    {"first_seen", node.since},
                    {"why", node.why}});
    rows.push_back({visible(node.name), visible(node.uri),
                    node.fingerprint.empty() ? "not signed" : visible(node.fingerprint), time_cell(node.since),
                    visible(node.host_uuid), visible(node.why)});
  }
  return session.show({{"NODE"},
                       {"URI", false, Give::kBelow},
                       {"FINGERPRINT", false, Give::kBelow},
                       {"SINCE", false, Give::kDropLast},
                       {"HOST UUID"},
                       {"WHY", false, Give::kBelow}},
                      rows, json, "no node waits to be admitted");
}

int node_admit(Session& session, const AdmissionRequest& request) {
  if (request.all_seen != request.node.empty()) {
    fail("say which node, or --all-seen for all that wait");
    return kUsage;
  }
  const auto waiting = read_waiting(session);
  if (!waiting) return fail(waiting.error().message);
  if (request.all_seen) return admit_all_seen(session, request, *waiting);
  std::vector<Waiting> meant;
  std::copy_if(waiting->begin(), waiting->end(), std::back_inserter(meant),
               [&](const Waiting& node) { return is_meant_by(node, request); });
  if (meant.size() > 1) return say_several(request, meant);
  if (meant.empty()) {
    const bool named = std::any_of(waiting->begin(), waiting->end(), [&](const Waiting& node) {
      return node.name == request.node || node.host_uuid == request.node;
    });
    return named || request.uri.empty() ? say_nobody(request, *waiting) : admit_unseen(session, request);
  }
  const Waiting& node = meant.front();
  std::fprintf(stderr, "hotspotd would connect to it, and believe what it signs:\n  %s\n",
               line_of_waiting(node).c_str());
  if (!node.fingerprint.empty()) std::fprintf(stderr, "Compare the key with what collectd logs on that node.\n");
  if (!agreed(request, "Do you want to admit it?")) return kFailed;
  const std::string which = node.host_uuid.empty() ? node.name : node.host_uuid;
  return send_and_wait(session, record::AdmitNode{which, node.uri, node.fingerprint, login_user()});
}

int node_forget(Session& session, const AdmissionRequest& request) {
  if (!agreed(request, "hotspotd will not connect to '" + visible(request.node) +
                           "' any more, and its data count for nothing. Do you want to forget it?"))
    return kFailed;
  return send_and_wait(session, record::ForgetNode{request.node, login_user()});
}

int node_rekey(Session& session, const AdmissionRequest& request) {
  std::string fingerprint = request.fingerprint;
  if (fingerprint.empty()) {
    const auto waiting = read_waiting(session);
    if (!waiting) return fail(waiting.error().message);
    std::vector<Waiting> meant;
    std::copy_if(waiting->begin(), waiting->end(), std::back_inserter(meant),
                 [&](const Waiting& node) { return is_meant_by(node, request) && !node.fingerprint.empty(); });
    if (meant.size() > 1) return say_several(request, meant);
    if (meant.empty()) return say_nobody(request, *waiting);
    fingerprint = meant.front().fingerprint;
    std::fprintf(stderr, "it says of itself now:\n  %s\n", line_of_waiting(meant.front()).c_str());
  }
  if (!agreed(request, "Compare the key with what collectd logs on that node. Do you want to believe " +
                           visible(fingerprint) + "?"))
    return kFailed;
  return send_and_wait(session, record::RekeyNode{request.node, fingerprint, login_user()});
}

}  // namespace hotspot::ctl
