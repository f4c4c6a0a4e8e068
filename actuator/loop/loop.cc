#include "actuator/loop/loop.h"

#include <algorithm>
#include <utility>

#include "actuator/loop/domain_events.h"
#include "actuator/loop/drain_commands.h"
#include "actuator/rules/engine/engine.h"

namespace hotspot::loop {
namespace {

// A message comes at once; without one the loop looks at the clock this often.
constexpr Milliseconds kIdleTick{1000};

}  // namespace

Loop::Loop(LoopPorts ports, Options options, std::string holder, Log log)
    : options_(std::move(options)),
      clock_(ports.clock),
      story_(log, ports.clock),
      vitals_{.holder = std::move(holder),
              .started_at = ports.clock.now(),
              .clock = ClockWatch(options_.freshness.max_clock_skew)},
      lead_(options_.cluster,
            {.journal = ports.journal,
             .lease = ports.lease,
             .clock = ports.clock,
             .spread = ports.spread,
             .story = story_},
            log, lead_changes()),
      gate_(options_.cluster, options_.admission,
            {.hypervisor = ports.hypervisor,
             .registry = ports.registry,
             .registry_copy = ports.registry_copy,
             .clock = ports.clock},
            log),
      intake_(options_.freshness, options_.most_nodes),
      arrivals_(ports.clock, intake_steps()),
      rules_(options_,
             {.load = std::move(ports.load_rules),
              .ask_history = ports.ask_history,
              .between_rules = [this] { lead_.keep(); },
              .clock = ports.clock,
              .story = story_},
             log),
      actions_(options_, {.make_actions = std::move(ports.make_actions),
                          .hypervisor = gate_.hypervisor(),
                          .journal = lead_.journal(),
                          .clock = ports.clock}),
      safeguards_(options_),
      store_watch_(ports.streams, ports.meter, ports.clock, log),
      publisher_(options_, {.journal = lead_.journal(),
                            .clock = ports.clock,
                            .events = ports.events,
                            .show_metrics = ports.show_metrics}),
      planning_({.options = options_,
                 .clock = ports.clock,
                 .story = story_,
                 .lead = lead_,
                 .intake = intake_,
                 .rules = rules_,
                 .actions = actions_,
                 .safeguards = safeguards_,
                 .publisher = publisher_,
                 .save_state = [this] { saved_.save(StateKeeper::When::kNow); },
                 .inputs = ports.inputs},
                log),
      commands_(vitals_.holder, options_,
                {.clock = ports.clock,
                 .lead = lead_,
                 .gate = gate_,
                 .intake = intake_,
                 .rules = rules_,
                 .actions = actions_,
                 .safeguards = safeguards_,
                 .planning = planning_,
                 .reload = [this](const std::string& why) { reload(why); },
                 .save_fields = [this](StateFields fields) { return saved_.write(std::move(fields)); }},
                log),
      saved_({.options = options_,
              .clock = ports.clock,
              .lead = lead_,
              .gate = gate_,
              .intake = intake_,
              .rules = rules_,
              .safeguards = safeguards_,
              .planning = planning_,
              .commands = commands_,
              .publisher = publisher_,
              .status = [this] { return status(); }},
             log) {}

Loop::~Loop() = default;

SnapshotIntake::Steps Loop::intake_steps() {
  return {.admits = [this](ports::Arrival& arrival) { return gate_.admits(arrival); },
          .early = [this] { return gate_.take_early(); },
          .process = [this](ports::Arrival arrival) { process(std::move(arrival)); },
          .keep_lead = [this] { lead_.keep(); },
          .leads = [this] { return lead_.leads(); },
          .observe = [this] { observe(); },
          .evaluate = [this] { evaluate(); }};
}

bool Loop::start() {
  gate_.start();
  connect_admitted();
  reload("start");
  return rules_.has_rules();
}

void Loop::reload(const std::string& why) {
  if (const rules::RuleSet* set = rules_.reload(why)) publisher_.loaded(*set);
}

void Loop::take(Message message) {
  if (auto* arrivals = std::get_if<std::vector<ports::Arrival>>(&message)) {
    arrivals_.take(std::move(*arrivals));
  } else if (const auto* bad = std::get_if<ports::BadSnapshot>(&message)) {
    story_.bad_snapshot(telemetry::to_string(bad->error.fault), bad->stream_id, bad->error.message);
    intake_.take(*bad);
  } else if (auto* command = std::get_if<ports::Command>(&message)) {
    commands_.take(std::move(*command));
  } else if (const auto* change = std::get_if<ports::SourceChange>(&message)) {
    vitals_.connection = *change;
    story_.redis("reader", *change);
  } else if (auto* history = std::get_if<HistoryAnswer>(&message)) {
    take_history(std::move(*history));
  } else if (const auto* reload_rules = std::get_if<ReloadRules>(&message)) {
    reload(reload_rules->why);
  } else if (const auto* event = std::get_if<ports::DomainEvent>(&message)) {
    hear(*event);
  } else if (const auto* proof = std::get_if<ports::NodeProof>(&message)) {
    gate_.hear(*proof);
  } else if (std::holds_alternative<Stop>(message)) {
    vitals_.stopping = true;
  }
}

void Loop::hear(const ports::DomainEvent& event) {
  if (!is_of_its_node(event, intake_.cluster(), actions_.in_flight())) return;
  safeguards_.steering.saw(event, intake_.cluster());
  safeguards_.memory.saw(event);
}

// Names are what RRD files have; where two domains have one, nobody can tell whose they are.
void Loop::take_history(HistoryAnswer history) {
  for (const auto& [name, hours] : history.memory_used_bytes) {
    const auto found = intake_.cluster().find_domains_by_name(name);
    if (found.size() != 1) continue;
    for (const auto& [at, used_bytes] : hours) safeguards_.memory.note_past(found.front().domain->uuid, at, used_bytes);
  }
  rules_.take_history(std::move(history));
}

void Loop::process(ports::Arrival arrival) {
  const std::string node = arrival.snapshot.node.uuid;
  if (gate_.admission().find(node) == nullptr) return;  // it was forgotten while it waited
  if (!intake_.take(std::move(arrival), options_.cluster)) return;
  safeguards_.steering.saw(*intake_.cluster().find_node(node), intake_.cluster());
  safeguards_.memory.saw(*intake_.cluster().find_node(node), intake_.cluster());
}

Milliseconds Loop::tick() {
  ++vitals_.rounds;
  // Nothing is acted upon while snapshots seem old, or of the future; who reads the log should know why.
  if (const auto by = vitals_.clock.moved(clock_.now(), clock_.steady())) story_.clock_moved(*by);
  arrivals_.process_waiting();
  Milliseconds wait = round();
  arrivals_.begin_round();
  if (arrivals_.is_behind()) wait = std::min(wait, Milliseconds(1));
  story_.nodes(intake_.cluster(), intake_.freshness());
  if (const auto events = publisher_.events()) story_.events(*events);
  story_.say();
  return wait;
}

Milliseconds Loop::round() {
  if (!rules_.has_rules()) {
    lead_.abstain(status_line());
    return kIdleTick;
  }
  lead_.begin_round();
  const Milliseconds wait = std::min(kIdleTick, lead_.due_in());
  store_watch_.saw_nodes(intake_.cluster().nodes().size(), intake_.stale_nodes(clock_.now()));
  intake_.forget_silent(clock_.now());
  follow_registry();
  if (!lead_.leads()) {
    observe();  // whoever takes over has full windows
    saved_.follow();
    return wait;
  }
  if (!act_as_leader()) return wait;
  const bool more_history = rules_.fill_windows(intake_.cluster());
  saved_.save(StateKeeper::When::kIfDue);
  hand_over_if_uneven();
  const auto due = rules_.step().next_due;
  if (!due) return more_history ? Milliseconds(1) : wait;
  return std::min(more_history ? Milliseconds(1) : wait, std::max(*due - clock_.now(), Milliseconds(1)));
}

// False: the lead was lost.
bool Loop::act_as_leader() {
  saved_.mend();
  if (!lead_.leads()) return false;
  lead_.check_write(store_watch_.tend(lead_.token()), "what keeps the streams in order");
  if (!lead_.leads()) return false;
  store_watch_.measure(lead_.journal().session());
  commands_.run();
  planning_.tell(safeguards_.steering.advance(actions_.in_flight(), clock_.now(), clock_.steady()));
  planning_.watch_two_nodes();
  evaluate();
  if (!lead_.goes_on()) return false;
  planning_.let_go_of_what_is_over();
  planning_.look_after_guests();
  planning_.tell({follow_drains(safeguards_.orders.drains, intake_.cluster(), intake_.freshness(), clock_.now()), {}});
  planning_.follow_actions();
  planning_.measure_relief();
  planning_.record_resolved();
  planning_.plan_and_begin();
  return lead_.goes_on();
}

void Loop::follow_registry() {
  gate_.judge_anew();
  arrivals_.take_early();
  gate_.follow_registry();
  if (lead_.leads()) lead_.check_write(gate_.save(lead_.token()), "the registry of nodes");
  connect_admitted();
  intake_.set_aside(gate_.admission().frozen());
  gate_.advance();
}

void Loop::observe() {
  rules_.observe(intake_);
  arrivals_.rules_have_seen();
}

void Loop::evaluate() {
  rules_.evaluate(intake_);
  arrivals_.rules_have_seen();
  story_.firings(rules_.firing(), intake_.cluster());
  planning_.follow_firings();
  story_.problems(rules_.step().problems);
  story_.say();  // that it fires stands before what is decided
}

Lead::Changes Loop::lead_changes() {
  return {.gained = [this] { take_lead(); },
          .lost = [this] { lose_lead(); },
          .renewed = [this](Milliseconds until) { actions_.act_until(until); }};
}

// What was before is read, and asked about, before anything is planned.
void Loop::take_lead() {
  const auto left = lead_.read_before();
  if (!left) return;
  const auto settled = gate_.take_lead(lead_.token());
  connect_admitted();
  if (!settled) {
    gate_.lose_lead();
    return lead_.give_up("cannot settle the registry of nodes: " + settled.error().message);
  }
  story_.took_lead(options_.cluster, vitals_.holder, lead_.token());
  std::vector<Notice> notices = saved_.take_lead(*left);
  if (!left->open.empty()) {
    story_.asks_about_open_actions(left->open.size());
    gate_.allow_journal(left->open);
  }
  actions_.take_lead(left->open);
  planning_.tell({std::move(notices), {}});
}

void Loop::lose_lead() {
  commands_.lose_lead();
  actions_.lose_lead();
  gate_.lose_lead();
}

// To a daemon that leads fewer clusters; in a moment in which nothing is under way.
void Loop::hand_over_if_uneven() {
  if (!lead_.leads() || !actions_.has_lead() || !actions_.in_flight().empty()) return;
  const std::string heir = lead_.heir();
  if (heir.empty()) return;
  story_.hands_over(options_.cluster, heir);
  saved_.save(StateKeeper::When::kNow);
  if (!lead_.leads()) return;
  actions_.lose_lead();
  gate_.lose_lead();
  lead_.hand_over();
}

void Loop::stop() {
  if (lead_.leads()) saved_.save(StateKeeper::When::kNow);
  actions_.lose_lead();
  lead_.release();
}

}  // namespace hotspot::loop
