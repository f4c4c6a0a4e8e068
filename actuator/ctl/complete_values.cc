#include "actuator/ctl/complete_values.h"

#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>

#include "actuator/client/status_record.h"
#include "actuator/ctl/known_names.h"
#include "actuator/ctl/top/columns.h"
#include "actuator/record/admission.h"

namespace hotspot::ctl {
namespace {

using Offers = std::vector<Offer>;

void add_names(Session& session, Noun noun, Offers& offers) {
  const auto known = known_names(session, noun);
  if (!known) return;
  for (const KnownName& one : *known) offers.push_back({one.name, one.about});
}

// Reading from Redis has to be quick, otherwise completion goes without it: nobody waits at a prompt.
void give_up_in_time() {
  constexpr suseconds_t kMostMicroseconds = 300'000;
  std::signal(SIGALRM, [](int) { _exit(kDone); });
  const itimerval limit{{0, 0}, {0, kMostMicroseconds}};
  setitimer(ITIMER_REAL, &limit, nullptr);
}

Offers names_of(const Asked& asked, const std::vector<Noun>& nouns) {
  Offers offers;
  give_up_in_time();
  in_session(asked.options, [&](Session& session) {
    for (const Noun noun : nouns) add_names(session, noun, offers);
    return kDone;
  });
  return offers;
}

// Nodes that send and were not admitted.
Offers waiting_nodes(const Asked& asked) {
  Offers offers;
  give_up_in_time();
  in_session(asked.options, [&](Session& session) {
    const auto fields = session.redis().state();
    if (!fields || !fields->contains(record::kAdmissionField)) return kDone;
    const auto admission = record::admission_from_json(fields->at(record::kAdmissionField));
    if (!admission) return kDone;
    for (const record::WaitingNode& one : admission->waiting) offers.push_back({one.name, one.uri});
    return kDone;
  });
  return offers;
}

Offers clusters(const Asked& asked) {
  Offers offers;
  for (const std::string& name : configured_clusters(asked.options)) offers.push_back({name, ""});
  return offers;
}

Offers words(const std::vector<std::string>& all) {
  Offers offers;
  for (const std::string& one : all) offers.push_back({one, ""});
  return offers;
}

// For both tables of `top`: which one is meant may be typed later.
Offers sort_words() {
  Offers offers = words(top_words(TopOf::kDomains));
  for (const std::string& one : top_words(TopOf::kNodes)) {
    if (std::none_of(offers.begin(), offers.end(), [&](const Offer& known) { return known.value == one; }))
      offers.push_back({one, "of nodes"});
  }
  return offers;
}

// Names with holds; their kind was typed before.
Offers held_names(const Asked& asked) {
  const std::string on = asked.before.empty() ? "" : asked.before.back();
  if (on == "node") return names_of(asked, {Noun::kNode});
  if (on == "domain") return names_of(asked, {Noun::kDomain});
  if (on == "rule") return names_of(asked, {Noun::kRule});
  return {};
}

Offers ids(const Asked& asked) {
  const std::string noun = asked.path.empty() ? "" : asked.path.front();
  return names_of(asked, {noun == "action" ? Noun::kAction : noun == "decision" ? Noun::kDecision : Noun::kHold});
}

}  // namespace

std::vector<Offer> values_of(const CLI::Option& option, const Asked& asked) {
  const std::string name = option.get_positional()       ? option.get_name(true)
                           : option.get_lnames().empty() ? ""
                                                         : option.get_lnames().front();
  const bool admits = asked.path.size() == 2 && asked.path.back() == "admit";
  if (name == "node") return admits ? waiting_nodes(asked) : names_of(asked, {Noun::kNode});
  if (name == "node-more" || name == "node-less") return names_of(asked, {Noun::kNode});
  if (name == "domain") return names_of(asked, {Noun::kDomain});
  if (name == "rule") return names_of(asked, {Noun::kRule});
  if (name == "subject") return names_of(asked, {Noun::kDomain, Noun::kNode});
  if (name == "decision") return names_of(asked, {Noun::kRecommendation});
  if (name == "id") return ids(asked);
  if (name == "on") return words({"domain", "node", "rule", "cluster"});
  if (name == "name") return held_names(asked);
  if (name == "output") return words({"table", "wide", "json", "yaml", "name", "prometheus", "html"});
  if (name == "cap") return words({"none", "50%", "100%", "200%"});
  if (name == "color") return words({"auto", "always", "never"});
  if (name == "shell") return words({"bash", "zsh", "fish"});
  const bool simulates = !asked.path.empty() && asked.path.front() == "simulate";  // whose --cluster is a file
  if (name == "cluster" && !simulates) return clusters(asked);
  if (name == "sort") return sort_words();
  for (const char* file : {"path", "config", "rules", "against", "rrd", "snapshots", "png", "junit", "file", "html",
                           "cluster", "workload"})
    if (name == file) return {{kFiles, ""}};
  return {};
}

}  // namespace hotspot::ctl
