#include "actuator/sim/scenario_file.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "actuator/sim/placing.h"
#include "actuator/sim/scenario_values.h"

namespace hotspot::simulation {
namespace {

using rules::Complaints;
using rules::Fields;
using rules::YamlNode;

constexpr int kMostCpus = 4096;

class ScenarioReader {
 public:
  ScenarioReader(const rules::SourceFile& source, ScenarioPart part, std::vector<rules::Diagnostic>& diagnostics)
      : complaints_(source.path, source.text, diagnostics), part_(part) {}

  Scenario read() {
    const auto tree = rules::parse_yaml(complaints_.source());
    if (!tree) {
      complaints_.at(tree.error().offset, {0, tree.error().message, tree.error().suggestion});
    } else if (*tree == nullptr || (*tree)->kind != YamlNode::Kind::kMap) {
      complaints_.at(
          0, {0, std::string("a cluster file begins with 'nodes:'") + (has_domains() ? " and 'domains:'" : ""), ""});
    } else {
      read_root(**tree);
    }
    return std::move(scenario_);
  }

 private:
  bool has_domains() const { return part_ == ScenarioPart::kAll; }

  void read_root(const YamlNode& root) {
    const Fields fields(root, "a cluster file", {"nodes", "domains", "hot", "migration"}, complaints_);
    if (fields.misses("nodes")) complaints_.error(root, "there is no 'nodes'");
    if (has_domains() && fields.misses("domains")) complaints_.error(root, "there is no 'domains'");
    if (const YamlNode* domains = fields.find("domains"); domains != nullptr && !has_domains())
      complaints_.error(*domains, "the domains are those of the RRD files: leave out 'domains'");
    each_map(fields, "nodes", [this](const YamlNode& item) { read_nodes(item); });
    if (const YamlNode* nodes = fields.find("nodes"); nodes != nullptr && scenario_.nodes.empty()) {
      if (nodes->kind == YamlNode::Kind::kList && nodes->items.empty()) complaints_.error(*nodes, "there is no node");
      return;
    }
    if (has_domains()) each_map(fields, "domains", [this](const YamlNode& item) { read_domains(item); });
    if (const YamlNode* hot = fields.mapping("hot")) read_marks(*hot);
    if (const YamlNode* migration = fields.mapping("migration")) read_migration(*migration);
  }

  void read_marks(const YamlNode& node) {
    const Fields fields(node, "'hot'", {"cpu", "memory", "network"}, complaints_);
    HotMarks& marks = scenario_.marks;
    marks.cpu = fields.read<double>("cpu", parse_share).value_or(marks.cpu);
    marks.memory = fields.read<double>("memory", parse_share).value_or(marks.memory);
    marks.network = fields.read<double>("network", parse_share).value_or(marks.network);
  }

  void read_migration(const YamlNode& node) {
    const Fields fields(node, "'migration'", {"bandwidth", "cpus"}, complaints_);
    MigrationModel& model = scenario_.migration;
    model.bytes_per_second = fields.read<double>("bandwidth", parse_rate).value_or(model.bytes_per_second);
    model.cores = fields.read<double>("cpus", parse_amount).value_or(model.cores);
    if (model.bytes_per_second < 1) complaints_.error(*fields.find("bandwidth"), "nothing migrates at this bandwidth");
  }

  void read_nodes(const YamlNode& item) {
    const Fields fields(item, "a node",
                        {"name", "count", "cpus", "memory", "own_cpus", "own_memory", "network", "watts"}, complaints_);
    NodeModel node;
    node.cpus = whole(fields, "cpus", kMostCpus).value_or(1);
    node.memory_bytes = fields.read<std::int64_t>("memory", parse_positive_bytes).value_or(kGibibyte);
    node.own_cores = fields.read<double>("own_cpus", parse_amount).value_or(node.own_cores);
    node.own_bytes = fields.read<std::int64_t>("own_memory", parse_positive_bytes).value_or(node.own_bytes);
    node.link_bytes_per_second = fields.read<double>("network", parse_rate).value_or(node.link_bytes_per_second);
    if (const YamlNode* watts = fields.list("watts")) node.watts = read_watts(*watts);
    for (const char* wanted : {"cpus", "memory"}) needs(fields, "node", wanted);
    if (node.own_cores >= node.cpus) complaints_.error(item, "the node would use all its CPUs itself: 'own_cpus'");
    if (node.own_bytes >= node.memory_bytes)
      complaints_.error(item, "the node would use all its memory itself: 'own_memory' is 1GiB unless it is given");
    if (node.link_bytes_per_second < 1) complaints_.error(*fields.find("network"), "nothing goes through such a link");
    for (const std::string& name : names_of(fields, "node", kMostNodes - scenario_.nodes.size())) {
      if (!nodes_.try_emplace(name, scenario_.nodes.size()).second) {
        complaints_.error(*fields.find("name"), "there are two nodes " + rules::quoted(name));
        return;
      }
      node.name = name;
      node.uuid = uuid_from("node " + name);
      scenario_.nodes.push_back(node);
    }
  }

  std::vector<double> read_watts(const YamlNode& list) {
    std::vector<double> watts;
    for (const auto& item : list.items) {
      const auto parsed = parse_amount(item->text);
      if (parsed)
        watts.push_back(*parsed);
      else
        complaints_.inside(*item, parsed.error());
    }
    if (list.items.size() < 2)
      complaints_.error(list, "'watts' are at least two: idle and busy, and those at equal distances in between");
    return watts;
  }

  void read_domains(const YamlNode& item) {
    const Fields fields(item, "a domain",
                        {"name", "count", "node", "vcpus", "vcpus_max", "memory", "memory_max", "resident", "cpu",
                         "used", "receive", "transmit", "dirty", "policy"},
                        complaints_);
    for (const char* wanted : {"vcpus", "memory", "cpu"}) needs(fields, "domain", wanted);
    DomainModel domain;
    read_size(fields, domain);
    read_demands(fields, domain);
    if (const YamlNode* policy = fields.mapping("policy")) domain.policy = read_policy(*policy);
    std::optional<std::size_t> node;
    if (const YamlNode* name = fields.text("node")) {
      const auto found = nodes_.find(name->text);
      if (found == nodes_.end()) complaints_.error(*name, "there is no node " + rules::quoted(name->text));
      if (found != nodes_.end()) node = found->second;
    }
    for (const std::string& name : names_of(fields, "domain", kMostDomains - scenario_.domains.size())) {
      if (!domains_.try_emplace(name, true).second) {
        complaints_.error(*fields.find("name"), "there are two domains " + rules::quoted(name));
        return;
      }
      domain.name = name;
      domain.uuid = uuid_from("domain " + name);
      domain.node = placing_.place(scenario_.nodes, domain, node);
      scenario_.domains.push_back(domain);
    }
  }

  void read_size(const Fields& fields, DomainModel& domain) {
    domain.vcpus = whole(fields, "vcpus", kMostCpus).value_or(1);
    domain.vcpus_max = whole(fields, "vcpus_max", kMostCpus).value_or(domain.vcpus);
    domain.memory_bytes = fields.read<std::int64_t>("memory", parse_positive_bytes).value_or(kGibibyte);
    domain.memory_max_bytes =
        fields.read<std::int64_t>("memory_max", parse_positive_bytes).value_or(domain.memory_bytes);
    domain.resident_bytes = fields.read<std::int64_t>("resident", parse_positive_bytes).value_or(0);
    if (domain.vcpus_max < domain.vcpus)
      complaints_.error(*fields.find("vcpus_max"), "'vcpus_max' is less than 'vcpus'");
    if (domain.memory_max_bytes < domain.memory_bytes)
      complaints_.error(*fields.find("memory_max"), "'memory_max' is less than 'memory'");
  }

  void read_demands(const Fields& fields, DomainModel& domain) {
    const double memory = static_cast<double>(domain.memory_bytes);
    domain.used_bytes.shape = Constant{memory / 2};
    demand(fields, "cpu", or_share_of(domain.vcpus, parse_amount), domain.cores);
    const auto bytes = [](std::string_view text) -> rules::Parsed<double> {
      const auto parsed = parse_positive_bytes(text);
      if (!parsed) return parsed.error();
      return static_cast<double>(*parsed);
    };
    demand(fields, "used", or_share_of(memory, bytes), domain.used_bytes);
    demand(fields, "receive", parse_rate, domain.receive);
    demand(fields, "transmit", parse_rate, domain.transmit);
    domain.dirty_bytes_per_second = fields.read<double>("dirty", parse_rate).value_or(0);
  }

  void demand(const Fields& fields, const char* key, const ParseAmount& parse, Demand& into) {
    if (const YamlNode* node = fields.find(key)) into = read_demand(*node, parse, complaints_);
  }

  telemetry::Policy read_policy(const YamlNode& node) {
    const Fields fields(node, "a policy",
                        {"mode", "group", "affinity", "anti_affinity", "vcpus_min", "vcpus_max", "memory_min",
                         "memory_max", "priority"},
                        complaints_);
    telemetry::Policy policy;
    if (const YamlNode* mode = fields.text("mode")) {
      if (!rules::mode_from_string(mode->text))
        complaints_.inside(*mode, rules::unknown_word({"mode", mode->text}, {"observe", "recommend", "enforce"}));
      policy.mode = mode->text;
    }
    if (const YamlNode* group = fields.text("group")) policy.group = group->text;
    policy.affinity = words(fields, "affinity");
    policy.anti_affinity = words(fields, "anti_affinity");
    policy.vcpus_min = whole(fields, "vcpus_min", kMostCpus);
    policy.vcpus_max = whole(fields, "vcpus_max", kMostCpus);
    policy.memory_min_bytes = fields.read<std::int64_t>("memory_min", parse_positive_bytes);
    policy.memory_max_bytes = fields.read<std::int64_t>("memory_max", parse_positive_bytes);
    policy.priority = fields.number("priority");
    return policy;
  }

  std::vector<std::string> words(const Fields& fields, const char* key) {
    std::vector<std::string> found;
    const YamlNode* list = fields.list(key);
    if (list == nullptr) return found;
    for (const auto& item : list->items) {
      if (item->kind == YamlNode::Kind::kScalar)
        found.push_back(item->text);
      else
        complaints_.error(*item, std::string("the name of a group is wanted here, this is ") + describe(*item));
    }
    return found;
  }

  void needs(const Fields& fields, const std::string& what, const char* key) {
    if (fields.misses(key)) complaints_.error(fields.map(), "the " + what + " has no '" + std::string(key) + "'");
  }

  std::optional<int> whole(const Fields& fields, const char* key, int most) {
    const auto found = fields.number(key);
    if (!found) return std::nullopt;
    if (*found >= 1 && *found <= most) return found;
    complaints_.error(*fields.find(key), rules::quoted(key) + " is from 1 to " + std::to_string(most));
    return std::nullopt;
  }

  // NAME, or NAME1, NAME2, … with a count.
  std::vector<std::string> names_of(const Fields& fields, const std::string& what, std::size_t room) {
    needs(fields, what, "name");
    const YamlNode* name = fields.text("name");
    if (name == nullptr) return {};
    const auto is_good = [](unsigned char c) { return std::isalnum(c) || c == '-' || c == '.' || c == '_'; };
    if (name->text.empty() || name->text.size() > 64 || !std::all_of(name->text.begin(), name->text.end(), is_good)) {
      complaints_.error(*name, "a name has 1 to 64 letters, digits, '-', '.' and '_'");
      return {};
    }
    const auto count = whole(fields, "count", static_cast<int>(kMostDomains));
    if (fields.has("count") && !count) return {};
    if (static_cast<std::size_t>(count.value_or(1)) > room) {
      complaints_.error(*name, "there are more than " + std::to_string(what == "node" ? kMostNodes : kMostDomains) +
                                   " " + what + "s");
      return {};
    }
    if (!count) return {name->text};
    std::vector<std::string> names;
    for (int i = 1; i <= *count; ++i) names.push_back(numbered(name->text, static_cast<std::size_t>(i)));
    return names;
  }

  template <typename Use>
  void each_map(const Fields& fields, const char* key, Use use) {
    const YamlNode* list = fields.list(key);
    if (list == nullptr) return;
    for (const auto& item : list->items) {
      if (item->kind == YamlNode::Kind::kMap)
        use(*item);
      else
        complaints_.error(*item, "an item of " + rules::quoted(key) + " is a mapping, this is " + describe(*item));
    }
  }

  Complaints complaints_;
  ScenarioPart part_;
  Scenario scenario_;
  std::map<std::string, std::size_t> nodes_;
  std::map<std::string, bool> domains_;
  Placing placing_;
};

}  // namespace

CheckedScenario read_scenario(const rules::SourceFile& source, ScenarioPart part) {
  CheckedScenario checked;
  Scenario scenario = ScenarioReader(source, part, checked.diagnostics).read();
  std::stable_sort(checked.diagnostics.begin(), checked.diagnostics.end(),
                   [](const auto& a, const auto& b) { return a.position < b.position; });
  const bool wrong = std::any_of(checked.diagnostics.begin(), checked.diagnostics.end(),
                                 [](const auto& one) { return one.severity == rules::Severity::kError; });
  if (!wrong) checked.scenario = std::move(scenario);
  return checked;
}

}  // namespace hotspot::simulation
