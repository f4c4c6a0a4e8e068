#include "actuator/ctl/domain_order.h"

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <vector>

#include "actuator/client/sending.h"
#include "actuator/client/wait.h"
#include "actuator/ctl/commands.h"
#include "actuator/ctl/interruption.h"
#include "actuator/ctl/json_values.h"
#include "actuator/ctl/known_names.h"
#include "common/text/visible.h"

namespace hotspot::ctl {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMostOrderShown = 4000;
// The figures of a node settle within some of its intervals.
constexpr Milliseconds kSettling{120'000};
constexpr Milliseconds kBetweenTries{2000};

Json json_of_answer(const client::Answer& answer) {
  const client::Ordered ordered = answer.ordered.value_or(client::Ordered{});
  Json elsewhere = Json::array();
  for (const auto& [node, why] : ordered.elsewhere) elsewhere.push_back({{"node", node}, {"why", why}});
  return {{"result", client::to_string(answer.kind)},
          {"message", answer.message},
          {"details", answer.details},
          {"domain", ordered.domain},
          {"domain_uuid", ordered.domain_uuid},
          {"node", ordered.node},
          {"step", ordered.step},
          {"target", ordered.target},
          {"action", ordered.action},
          {"decision", ordered.decision},
          {"undo", ordered.undo},
          {"refusal", ordered.refusal},
          {"dry_run", ordered.dry_run},
          {"predicted_seconds", or_null(ordered.predicted_seconds)},
          {"predicted_downtime_seconds", or_null(ordered.predicted_downtime_seconds)},
          {"elsewhere", std::move(elsewhere)},
          {"more_elsewhere", ordered.more_elsewhere},
          {"effects", ordered.effects}};
}

// What was asked for in one run of hotspotctl, and what became of it.
class Asking {
 public:
  Asking(Session& session, const DomainOrder& order) : session_(session), order_(order) {}

  int migrate() {
    return one(record::MigrateDomain{order_.domain, order_.target, owner(), order_.reason, order_.dry_run});
  }
  int cap() {
    return one(record::CapDomain{order_.domain, order_.cap_percent, owner(), order_.reason, order_.dry_run});
  }
  int scale() {
    if (!order_.vcpus) return one(scaled(std::nullopt, order_.memory_bytes));
    if (!order_.memory_bytes) return one(scaled(order_.vcpus, std::nullopt));
    return both();
  }

  // What was said goes out whole, at the end, where it is read by a program.
  int tell(int code) const {
    if (session_.format() != Format::kTable && !answers_.empty())
      std::fputs(to_text(answers_, session_.format()).c_str(), stdout);
    return code;
  }

 private:
  std::string owner() const { return order_.owner.empty() ? login_user() : order_.owner; }

  record::ScaleDomain scaled(std::optional<int> vcpus, std::optional<std::int64_t> memory) const {
    return {order_.domain, vcpus, memory, owner(), order_.reason, order_.dry_run};
  }

  int one(const record::Command& command) {
    const int code = ask(command);
    return code == kDone && order_.patience.asked() ? follow_begun() : code;
  }

  // One action on a domain at a time: the second begins when the first is done.
  int both() {
    const int first = ask(scaled(order_.vcpus, std::nullopt));
    if (first != kDone && first != kSkipped) return fail("its memory is left as it is"), first;
    if (first == kDone && !order_.dry_run) {
      if (const int code = follow_begun(); code != kDone) return fail("its memory is left as it is"), code;
    }
    settling_ = first == kDone && !order_.dry_run;
    const int second = ask(scaled(std::nullopt, order_.memory_bytes));
    if (second == kDone && order_.patience.asked()) return follow_begun();
    return second == kSkipped ? first : second;
  }

  int follow_begun() {
    if (order_.dry_run || action_.empty()) return kDone;
    return follow_action(session_, action_, order_.patience);
  }

  Result<client::Answer> sent(const record::Command& command) {
    Interruption interruption;
    for (const Milliseconds begun = session_.steady();;) {
      auto answer = client::send(session_.connection(), command);
      const bool settles = settling_ && answer && answer->ordered && answer->ordered->refusal == "settling";
      if (!settles || session_.steady() - begun >= kSettling || !interruption.pause(kBetweenTries)) return answer;
    }
  }

  int ask(const record::Command& command) {
    const auto answer = sent(command);
    if (!answer) return fail(answer.error().message);
    action_ = answer->ordered ? answer->ordered->action : "";
    answers_.push_back(json_of_answer(*answer));
    std::string text = text::visible(answer->message, kMostOrderShown);
    for (const std::string& line : answer->details) text += "\n  " + text::visible(line, kMostOrderShown);
    switch (answer->kind) {
      case client::Answer::Kind::kDone:
        if (session_.format() == Format::kTable) say_lines(text + "\n");
        return kDone;
      case client::Answer::Kind::kSkipped:
        return fail("skipped: " + text), static_cast<int>(kSkipped);
      case client::Answer::Kind::kUnanswered:
        return fail(text);
      case client::Answer::Kind::kRefused:
        break;
    }
    return refused(text);
  }

  // For what is not there, the nearest name is suggested.
  int refused(const std::string& text) {
    for (const auto& asked : {std::pair{Noun::kDomain, order_.domain}, std::pair{Noun::kNode, order_.target}}) {
      const std::string& word = asked.second;
      if (word.empty()) continue;
      const auto known = known_names(session_, asked.first);
      const auto is_it = [&](const KnownName& one) { return one.name == word || one.uuid == word; };
      if (!known || std::any_of(known->begin(), known->end(), is_it)) continue;
      return fail("refused: " + text + did_you_mean(*known, word)), static_cast<int>(kNothing);
    }
    return fail("refused: " + text);
  }

  Session& session_;
  const DomainOrder& order_;
  Json answers_ = Json::array();
  std::string action_;  // that was begun last
  bool settling_ = false;
};

}  // namespace

int domain_migrate(Session& session, const DomainOrder& order) {
  Asking asking(session, order);
  return asking.tell(asking.migrate());
}

int domain_scale(Session& session, const DomainOrder& order) {
  if (!order.vcpus && !order.memory_bytes)
    return fail("give the new size: --vcpus COUNT, --memory SIZE, or both"), kUsage;
  Asking asking(session, order);
  return asking.tell(asking.scale());
}

int domain_cap(Session& session, const DomainOrder& order) {
  Asking asking(session, order);
  return asking.tell(asking.cap());
}

}  // namespace hotspot::ctl
