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
#include "actuator/record/admission.h"
#include "common/text/visible.h"

namespace hotspot::ctl {
namespace {

using Json = nlohmann::json;
using record::WaitingNode;
using text::visible;

Result<record::Admission> read_admission(Session& session) {
  const auto state = session.redis().state();
  if (!state) return state.error();
  const auto field = state->find(record::kAdmissionField);
  if (field == state->end())
    return Error{"no hotspotd that admits nodes has led the cluster '" + session.config().cluster + "' yet"};
  auto admission = record::admission_from_json(field->second);
  if (!admission)
    return Error{"the list of nodes in Redis is not to be understood; the hotspotd that leads writes it anew"};
  return admission;
}

// The leader updates the list of waiting nodes every second or more seldom, but records an admission at once.
bool is_admitted(const WaitingNode& node, const record::Registry& registry) {
  const auto found = registry.nodes.find(node.name);
  if (found == registry.nodes.end()) return false;
  const record::RegisteredNode& entry = found->second;
  return (entry.host_uuid.empty() || entry.host_uuid == node.host_uuid) && entry.uri == node.uri &&
         (node.fingerprint.empty() ? entry.keys.empty()
                                   : std::any_of(entry.keys.begin(), entry.keys.end(), [&](const record::NodeKey& key) {
                                       return loop::fingerprint_of(key.key) == node.fingerprint;
                                     }));
}

Result<std::vector<WaitingNode>> read_waiting(Session& session) {
  auto admission = read_admission(session);
  if (!admission) return admission.error();
  const auto registry = session.redis().registry();
  if (!registry) return registry.error();
  std::erase_if(admission->waiting, [&](const WaitingNode& node) { return is_admitted(node, *registry); });
  return std::move(admission->waiting);
}

std::string key_text(const std::string& fingerprint) {
  return fingerprint.empty() ? "its snapshots are not signed" : "key " + visible(fingerprint);
}

std::string line_of_waiting(const WaitingNode& node) {
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

bool is_meant_by(const WaitingNode& node, const AdmissionRequest& request) {
  return (node.name == request.node || node.host_uuid == request.node) &&
         (request.uri.empty() || node.uri == request.uri) &&
         (request.fingerprint.empty() || node.fingerprint == request.fingerprint);
}

int say_several(const AdmissionRequest& request, const std::vector<WaitingNode>& nodes) {
  std::string which;
  for (const WaitingNode& node : nodes) which += "\n  " + line_of_waiting(node);
  return fail("several nodes that wait are called '" + visible(request.node) +
              "'; say which by its host UUID, or with --uri and --fingerprint:" + which);
}

int say_nobody(const AdmissionRequest& request, const std::vector<WaitingNode>& waiting) {
  std::string others;
  for (const WaitingNode& node : waiting)
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

int admit_all_seen(Session& session, const AdmissionRequest& request, const std::vector<WaitingNode>& waiting) {
  std::vector<WaitingNode> meant;
  for (const WaitingNode& node : waiting) {
    const auto same = [&](const WaitingNode& other) {
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
  for (const WaitingNode& node : meant) std::fprintf(stderr, "  %s\n", line_of_waiting(node).c_str());
  if (!agreed(request, "Do you want to admit all " + std::to_string(meant.size()) + "?")) return kFailed;
  int worst = meant.size() == waiting.size() ? kDone : kFailed;
  for (const WaitingNode& node : meant) {
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
  for (const WaitingNode& node : *waiting) {
    json.push_back({{"name", node.name},
                    {"host_uuid", node.host_uuid},
                    {"uri", node.uri},
                    {"fingerprint", node.fingerprint},
                    {"first_seen", to_unix_seconds(node.first_seen)},
                    {"why", node.why}});
    rows.push_back({visible(node.name), visible(node.uri),
                    node.fingerprint.empty() ? "not signed" : visible(node.fingerprint), time_cell(node.first_seen),
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
  std::vector<WaitingNode> meant;
  std::copy_if(waiting->begin(), waiting->end(), std::back_inserter(meant),
               [&](const WaitingNode& node) { return is_meant_by(node, request); });
  if (meant.size() > 1) return say_several(request, meant);
  if (meant.empty()) {
    const bool named = std::any_of(waiting->begin(), waiting->end(), [&](const WaitingNode& node) {
      return node.name == request.node || node.host_uuid == request.node;
    });
    return named || request.uri.empty() ? say_nobody(request, *waiting) : admit_unseen(session, request);
  }
  const WaitingNode& node = meant.front();
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
    std::vector<WaitingNode> meant;
    std::copy_if(waiting->begin(), waiting->end(), std::back_inserter(meant),
                 [&](const WaitingNode& node) { return is_meant_by(node, request) && !node.fingerprint.empty(); });
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
