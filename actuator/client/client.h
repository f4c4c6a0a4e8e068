// libhotspot: what a cluster of Hotspot measures, decides and does, and commands to it, for the programs of operators.
//
// It speaks to Redis alone, as the Redis user that it is given (docs/acl.md), and never to libvirt. docs/client.md has
// an example. Names say the units: _bytes, _ratio (0 to 1), _per_second; empty means not measured, and 0 means 0. Words
// (states, outcomes, standings) are as they stand in Redis: a newer hotspotd may use others. Texts come from guests and
// strangers: print them by visible(), and escape them in HTML.
//
// Errors are values: a sentence for people. Nothing throws except for lack of memory. A call that needs Redis connects
// first if necessary; while Redis is away it fails at once with the reason, and tries again as time goes by.
// Thread rule: a Client is used by one thread at a time; use several Clients for several threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "telemetry/result.h"
#include "telemetry/units.h"

#define HOTSPOT_API __attribute__((visibility("default")))

namespace hotspot::client {

class Connection;

struct Options {
  std::string cluster = "default";
  std::string redis = "127.0.0.1:6379";  // or "A:PORT,B:PORT", "unix:PATH", "sentinel:MASTER@HOST:PORT[,…]"
  std::string user;                      // the role: "hotspot-operator"; empty: Redis' default user
  std::string password_file;             // its first line; empty: no password
  bool tls = false;
  std::string ca_file, certificate_file, key_file;  // PEM; empty: the system's authorities, no certificate of our own
  std::string program = "libhotspot";               // what CLIENT LIST shows; no spaces
  // As in hotspotd.yaml: a node is stale after so many of its intervals, and not before this time.
  double max_age_intervals = 3;
  Milliseconds min_max_age{3000};
};

// --- nodes and domains, from their newest snapshots ------------------------------------------------------------------

// Capacity and use of a node.
struct NodeLoad {
  std::string hypervisor;  // "QEMU"
  int cpus = 0;
  std::optional<double> cpu_ratio, cpu_domains_ratio, cpu_steal_ratio;
  std::int64_t memory_bytes = 0;
  std::optional<std::int64_t> memory_available_bytes;
  std::optional<double> memory_used_ratio;
  std::optional<double> net_used_ratio;  // of its busiest link
  std::optional<double> volume;          // docs/metrics.md, node_volume
  std::size_t domains = 0;
};

// A node that was admitted.
struct Node {
  std::string name, uuid;
  std::string uri;                   // by which hotspotd reaches it, without passwords
  std::string standing;              // "proven": it counts; "unproven", "keyless", "frozen"
  std::string why;                   // it does not count: a sentence
  std::optional<NodeLoad> load;      // empty: it has sent nothing within the last hour
  std::optional<WallTime> taken_at;  // when it was last measured
  std::optional<Milliseconds> age;   // of that measurement
  bool stale = true;                 // nothing is decided on it now
  bool drain_requested = false;
  std::string comes_last;       // as a target, and why; empty: it does not
  std::string libvirt_problem;  // why hotspotd has no connection to its libvirt; empty: none is known
};

struct Domain {
  std::string name, uuid, node;  // the node that reports it
  std::string state;             // "running", "paused", …
  bool belongs_here = true;      // false: while it migrates, the other node has it
  bool stale = true;             // as of its node
  WallTime taken_at{};
  std::optional<int> vcpus, vcpus_max;
  std::optional<double> cpu_ratio, cpu_steal_ratio;  // of its vCPUs
  std::optional<std::int64_t> memory_balloon_bytes, memory_balloon_max_bytes;
  std::optional<double> memory_used_ratio;  // as the guest sees it; empty without balloon statistics
  std::optional<std::int64_t> memory_available_bytes, memory_usable_bytes, memory_rss_bytes;
  std::optional<double> disk_bytes_per_second, net_bytes_per_second;  // of all devices, both directions
  std::vector<std::string> migration_obstacles;                       // sentences; empty: none is known
  bool job_active = false;                                            // libvirt migrates, saves or backs it up
};

struct Inventory {
  std::vector<Node> nodes;
  std::vector<Domain> domains;
  std::vector<std::string> remarks;  // what of it could not be read: sentences
};

// --- what the leader decides and does --------------------------------------------------------------------------------

struct Decision {
  std::string id;
  WallTime at{};
  std::string rule;
  std::string subject, subject_key;   // "domain web1 on h1", "domain:UUID"
  std::string outcome;                // "act", "recommend", "nothing", "resolved", …
  std::string sentence, explanation;  // one line, and several
  std::string action;                 // the id of the action that it began; empty: none
  std::string json;                   // the whole as it stands in Redis (docs/decisions.md)
};

// One state of an action, from the journal.
struct Action {
  std::string id;
  std::string domain, domain_uuid, node, node_uuid;
  std::string step;   // "vCPUs 1 → 2", "migrate to h2"
  std::string state;  // "intent", "started", "progress", "verifying"; "done", "failed", "aborted", "skipped"
  bool ended = false;
  std::string rule, decision, reason;
  std::string approved_by;  // who applied the recommendation or, if rule is empty, ordered the step; or empty
  std::string message;      // why it failed, was aborted or skipped
  WallTime at{};
  std::map<std::string, double> figures;  // name with unit: "memory_processed_bytes"
};

struct Hold {
  std::string id;        // "1", "2", …; of a pause "pause"
  std::string on, name;  // "domain", "node", "rule" or "cluster", and which
  std::string owner, reason;
  WallTime since{};
  std::optional<WallTime> until;  // empty: until it is removed
};

struct Firing {
  std::string rule, phase;                    // "pending", "firing"
  std::map<std::string, std::string> labels;  // "node", "domain"
  double value = 0;
  std::string held;   // "3 of 5"
  bool fresh = true;  // false: its data are stale, and nothing is done
  WallTime since{};   // it is firing, or pending
};

struct Drain {
  std::string node, owner, reason;
  WallTime since{};
  std::optional<std::size_t> running;  // domains that run there still; empty: not known
};

struct Status {
  std::string leader;    // "hotspotd@h1:4711"; empty: nobody leads
  std::string version;   // of hotspotd; empty: nobody has led this cluster yet, and all below is empty
  WallTime at{};         // when the leader wrote this; it does once a second
  std::string mode;      // "observe", "recommend", "enforce"
  bool dry_run = false;  // actions are decided, and nothing is touched
  std::size_t firing = 0, pending = 0;
  std::vector<Firing> firings;  // the first of them
  std::vector<Action> in_flight;
  std::optional<Hold> pause;  // nothing is begun
  std::vector<Hold> holds;    // the others
  std::vector<Drain> drains;
};

// --- recommendations that wait for an operator -----------------------------------------------------------------------

// hotspotd decided it and does nothing, because the mode is recommend: ApplyPlan has it carried out.
struct Recommendation {
  std::string decision;  // the id, by which it is applied or refused
  std::string rule, subject, subject_key;
  std::string mode;      // "recommend": of the cluster, the rule or the domain; or the rule lost its right to act
  std::string sentence;  // the whole decision
  std::string domain, domain_uuid, node, node_uuid;
  std::string step;                                                     // "vCPUs 1 → 2", "migrate to h2"
  std::optional<double> predicted_seconds, predicted_downtime_seconds;  // of a migration
  std::vector<std::string> preconditions;                               // sentences; all of them are checked again
  WallTime since{}, expires{};
  std::string json;  // the whole, as hotspotctl plan show -o json has it: with figures and predicted effects
};

// An operator refused it: the rule does not recommend the same before `until`.
struct RefusedRecommendation {
  std::string decision, rule, domain, domain_uuid, step;
  std::string by, reason;
  WallTime at{}, until{};
};

struct Plan {
  std::vector<Recommendation> recommendations;
  std::vector<RefusedRecommendation> refused;
};

// --- commands --------------------------------------------------------------------------------------------------------

// owner: who asks, for the record. length: empty: until it is removed.
struct SetMode {
  std::string mode, owner;  // to "enforce": role admin
};
struct Pause {
  std::string owner, reason;
  std::optional<Milliseconds> length;
  bool cancel = false;  // what is under way is ended, too
};
struct Resume {
  std::string owner;
};
struct AddHold {
  std::string on, name, owner, reason;  // as in Hold
  std::optional<Milliseconds> length;
  bool cancel = false;
};
struct RemoveHold {
  std::string id, owner;
};
struct DrainNode {
  std::string node, owner, reason;
};
struct UndrainNode {
  std::string node, owner;
};
struct CancelAction {
  std::string action, owner;
};
struct ReloadRules {
  std::string owner;
};
// Carries out a recommendation. It is planned anew, and begins only if the same still comes of it: otherwise the answer
// is kSkipped. domain_uuid and step: what was shown to the person who approves; the leader refuses if it is another.
struct ApplyPlan {
  std::string decision, owner;
  std::string domain_uuid, step;  // as in Recommendation; empty: not compared
};
// The rule does not recommend the same for some time; length: empty: as hotspotd is configured.
struct RefusePlan {
  std::string decision, owner, reason;
  std::optional<Milliseconds> length;
};
// What is done to one domain, by its name or UUID, because an operator orders it. It is planned as a remedy of a rule
// is and begins at once, or the answer says what is against it. dry_run: only says what would be done.
struct MigrateDomain {
  std::string domain, target;  // the node's name or UUID; empty: the planner chooses
  std::string owner, reason;
  bool dry_run = false;
};
// One of the two sizes.
struct ScaleDomain {
  std::string domain;
  std::optional<int> vcpus;
  std::optional<std::int64_t> memory_bytes;  // all that the guest may use
  std::string owner, reason;
  bool dry_run = false;
};
struct CapDomain {
  std::string domain;
  int percent = 0;  // of one CPU, for all vCPUs together; 0: no cap
  std::string owner, reason;
  bool dry_run = false;
};
using Command = std::variant<SetMode, Pause, Resume, AddHold, RemoveHold, DrainNode, UndrainNode, CancelAction,
                             ReloadRules, ApplyPlan, RefusePlan, MigrateDomain, ScaleDomain, CapDomain>;

// What came of MigrateDomain, ScaleDomain, CapDomain.
struct Ordered {
  std::string domain, domain_uuid, node;  // the node is where it runs
  std::string step, target;               // "migrate to h2"; of a move: the node's name
  std::string action, decision;           // ids; empty: nothing was begun
  std::string undo;                       // the command that undoes it; empty: none does
  std::string refusal;                    // why nothing is done, as a word: "held", "settling"; or empty
  bool dry_run = false;
  std::optional<double> predicted_seconds, predicted_downtime_seconds;
  std::vector<std::pair<std::string, std::string>> elsewhere;  // nodes that are no targets, and why
  std::size_t more_elsewhere = 0;                              // beyond those
  std::vector<std::string> effects;                            // "h1 CPU 90 % → 65 %"
};

struct Answer {
  enum class Kind {
    kDone,        // the leader confirmed this very command
    kRefused,     // by the leader, or because it came too late or too early
    kUnanswered,  // not within ten seconds: it may still be carried out
    kSkipped,     // there was nothing to do, or what was recommended no longer holds; the message says why
  };
  Kind kind = Kind::kUnanswered;
  std::string id;                    // of the command
  std::string message;               // a sentence
  std::vector<std::string> details;  // lines below it
  std::optional<Ordered> ordered;    // of an order for a domain
};

// --- events ----------------------------------------------------------------------------------------------------------

using Event = std::variant<Decision, Action>;

struct Events {
  std::vector<Event> list;     // oldest first, of each kind
  std::string position;        // where to go on: a text to be kept and given again, also after a restart
  std::size_t unreadable = 0;  // entries that were left out
  bool gap = false;            // what came after the position given was trimmed, or Redis was emptied: read all anew
};

// A text of strangers, made safe to print on one line: control characters become "\x1b", what is too long ends in "…".
HOTSPOT_API std::string visible(std::string_view text);

class HOTSPOT_API Client {
 public:
  // Only checks the options: the first call connects.
  static Result<Client> open(const Options& options);
  Client(Client&&) noexcept;
  Client& operator=(Client&&) noexcept;
  ~Client();

  Result<Status> status();
  Result<std::vector<Node>> nodes();      // by UUID; then those that sent nothing for an hour
  Result<std::vector<Domain>> domains();  // by node
  Result<Inventory> inventory();          // both, from one read of the snapshots

  // What waits for an operator, the oldest first.
  Result<Plan> plan();

  // The newest, oldest first; at most `count`, which may be up to 100,000.
  Result<std::vector<Decision>> decisions(std::size_t count);
  // The newest state of each of the newest actions, in the order in which they began.
  Result<std::vector<Action>> actions(std::size_t count);

  // Waits up to ten seconds for the leader's answer. An error: the command could not be sent.
  Result<Answer> send(const Command& command);

  // The position of now, from which on events() reads.
  Result<std::string> position();
  // What came after the position; waits up to `wait` for something. At most 256 of each kind at once.
  Result<Events> events(const std::string& position, Milliseconds wait);

 private:
  explicit Client(std::unique_ptr<Connection> connection);
  std::unique_ptr<Connection> connection_;
};

}  // namespace hotspot::client
