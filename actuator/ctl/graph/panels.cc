#include "actuator/ctl/graph/panels.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <map>

#include "actuator/ctl/graph/limit_lines.h"
#include "actuator/ctl/layout.h"
#include "actuator/ctl/output.h"
#include "common/text/visible.h"

namespace hotspot::ctl {
namespace {

using Kind = io::ChartLine::Kind;

constexpr const char* kBlue = "#64b5f6";
constexpr const char* kDark = "#212121";
constexpr const char* kOrange = "#ef6c00";
constexpr const char* kGreen = "#2e7d32";
constexpr const char* kDeepBlue = "#1565c0";
constexpr std::size_t kMostNamedMarks = 8;

const char* color_of_action(const std::string& kind) {
  if (kind == "migrate") return "#6a1b9a";
  if (kind == "set_vcpus") return "#00838f";
  if (kind == "set_balloon" || kind == "set_virtio_mem" || kind == "plug_dimm") return "#8d6e63";
  return "#546e7a";
}

// A unit in which the largest value is easy to read.
struct Scale {
  double factor = 1;
  std::string unit;
};
Scale scale_of_bytes(const std::vector<Steps>& all, const std::string& per) {
  double most = 0;
  for (const Steps& one : all) most = std::max(most, figures_of(one).most);
  constexpr std::array<const char*, 6> kUnits{"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
  std::size_t unit = 0;
  double factor = 1;
  while (most * factor >= 1000 && unit + 1 < kUnits.size()) factor /= 1024, ++unit;
  return {factor, kUnits[unit] + per};
}

std::string short_number(double value) {
  char text[40];
  std::snprintf(text, sizeof text, std::abs(value) >= 100 ? "%.0f" : std::abs(value) >= 10 ? "%.1f" : "%.2f", value);
  return text;
}

// "used   last 43.1 %   mean 40.2 %   most 93.0 %"
std::string label_of(const std::string& name, const Steps& values, const std::string& unit) {
  const Figures figures = figures_of(values);
  std::string text = name + std::string(name.size() < 14 ? 14 - name.size() : 1, ' ');
  if (!figures.known) return text + "no value in this time";
  for (const auto& [word, value] :
       {std::pair{"last", figures.last}, std::pair{"mean", figures.mean}, std::pair{"most", figures.most}}) {
    const std::string number = short_number(value);
    text += std::string(word) + " " + std::string(number.size() < 6 ? 6 - number.size() : 0, ' ') + number + " " +
            unit + "   ";
  }
  return text;
}

class Subject {
 public:
  Subject(const GraphSubject& subject, const GraphMaterial& material) : subject_(subject), material_(material) {}

  // All devices of the series together.
  Steps steps(std::string_view name) const {
    Steps all = nothing(material_.time);
    for (const model::HistorySeries& one : material_.series)
      if (one.name == name && is_own(one)) all = sum(all, in_steps(one, material_.time));
    return all;
  }

  bool is_own(const model::HistorySeries& one) const {
    return subject_.is_node ? one.domain.empty() && one.node == subject_.name : one.domain == subject_.name;
  }

  Steps constant(double value) const { return Steps(material_.time.steps, value); }

  io::ChartPanel panel(const std::string& what, const std::string& unit, std::vector<io::ChartLine> lines,
                       const std::vector<DrawnMetric>& drawn) const {
    io::ChartPanel panel;
    panel.title = shortened(text::visible(subject_.name), 60) + ": " + what;
    panel.unit = unit;
    for (io::ChartLine& line : lines) {
      line.label = label_of(line.label, line.values, unit);
      panel.lines.push_back(std::move(line));
    }
    for (io::ChartLine& limit : limit_lines(subject_, material_, drawn)) panel.lines.push_back(std::move(limit));
    for (const GraphAction& action : material_.actions)
      panel.marks.push_back({action.at, color_of_action(action.kind), ""});
    return panel;
  }

  const GraphMaterial& material() const { return material_; }

 private:
  const GraphSubject& subject_;
  const GraphMaterial& material_;
};

io::ChartPanel cpu_of_domain(const Subject& subject) {
  const Steps used = scaled(subject.steps("domain_cpu_ratio"), 100);
  const Steps steal = scaled(subject.steps("domain_cpu_steal_ratio"), 100), vcpus = subject.steps("domain_vcpus");
  io::ChartPanel panel = subject.panel(
      "CPU, of its vCPUs", "%", {{Kind::kArea, kBlue, "used", used}, {Kind::kLine, kOrange, "steal", steal}},
      {{"domain_cpu_ratio", subject.constant(100)}, {"domain_cpu_steal_ratio", subject.constant(100)}});
  panel.least_top = 100;
  panel.grid = 20;
  const Figures count = figures_of(vcpus);
  if (!count.known) return panel;
  // Five grid lines, each a whole number of vCPUs.
  const double top = 5 * std::max(1.0, std::ceil(count.most / 5));
  panel.right_axis = top / 100;
  panel.right_unit = "vCPUs";
  char label[80];
  std::snprintf(label, sizeof label, "vCPUs         last %6.0f     mean %6.1f     most %6.0f", count.last, count.mean,
                count.most);
  panel.lines.insert(panel.lines.begin() + 2, io::ChartLine{Kind::kLine, kDark, label, scaled(vcpus, 100 / top)});
  return panel;
}

io::ChartPanel memory_of_domain(const Subject& subject) {
  const Steps total = subject.steps("domain_memory_available_bytes");
  const Steps used = difference(total, subject.steps("domain_memory_usable_bytes"));
  const Steps balloon = subject.steps("domain_memory_balloon_bytes");
  const Scale scale = scale_of_bytes({used, total, balloon}, "");
  return subject.panel("memory, as the guest sees it", scale.unit,
                       {{Kind::kArea, kBlue, "used", scaled(used, scale.factor)},
                        {Kind::kLine, kDark, "guest's total", scaled(total, scale.factor)},
                        {Kind::kLine, kGreen, "balloon", scaled(balloon, scale.factor)}},
                       {{"domain_memory_used_ratio", scaled(total, scale.factor)},
                        {"domain_memory_balloon_bytes", subject.constant(scale.factor)}});
}

struct Flow {
  const char* title;
  const char* in_name;
  const char* in_metric;
  const char* out_name;
  const char* out_metric;
};

io::ChartPanel flow(const Subject& subject, const Flow& one) {
  const Steps in = subject.steps(one.in_metric), out = subject.steps(one.out_metric);
  const Scale scale = scale_of_bytes({in, out}, "/s");
  return subject.panel(
      one.title, scale.unit,
      {{Kind::kArea, kBlue, one.in_name, scaled(in, scale.factor)},
       {Kind::kLine, kGreen, one.out_name, scaled(out, scale.factor)}},
      {{one.in_metric, subject.constant(scale.factor)}, {one.out_metric, subject.constant(scale.factor)}});
}

io::ChartPanel cpu_of_node(const Subject& subject) {
  io::ChartPanel panel =
      subject.panel("CPU, of all its CPUs", "%",
                    {{Kind::kArea, kBlue, "used", scaled(subject.steps("node_cpu_ratio"), 100)},
                     {Kind::kLine, kDeepBlue, "its domains", scaled(subject.steps("node_cpu_domains_ratio"), 100)},
                     {Kind::kLine, kOrange, "steal", scaled(subject.steps("node_cpu_steal_ratio"), 100)}},
                    {{"node_cpu_ratio", subject.constant(100)},
                     {"node_cpu_domains_ratio", subject.constant(100)},
                     {"node_cpu_steal_ratio", subject.constant(100)}});
  panel.least_top = 100;
  panel.grid = 20;
  return panel;
}

io::ChartPanel memory_of_node(const Subject& subject) {
  const Steps used = subject.steps("node_memory_taken_bytes"), free = subject.steps("node_memory_available_bytes");
  Steps total = used;
  for (std::size_t i = 0; i < total.size(); ++i) total[i] += free[i];  // unknown if either is
  const Scale scale = scale_of_bytes({used, total}, "");
  return subject.panel("memory", scale.unit,
                       {{Kind::kArea, kBlue, "used", scaled(used, scale.factor)},
                        {Kind::kLine, kDark, "total", scaled(total, scale.factor)}},
                       {{"node_memory_used_ratio", scaled(total, scale.factor)}});
}

// In the first panel, for the newest actions.
void name_marks(const GraphMaterial& material, io::ChartPanel& panel) {
  const std::size_t count = material.actions.size(), first = count > kMostNamedMarks ? count - kMostNamedMarks : 0;
  for (std::size_t i = first; i < count; ++i) {
    const GraphAction& action = material.actions[i];
    panel.marks[i].label = shortened(time_cell(action.at) + "  " + text::visible(action.text), 110);
  }
  if (first > 0) panel.marks[first].label += " (" + std::to_string(first) + " before it)";
}

bool concerns(const model::Action& action, const GraphSubject& subject) {
  if (!subject.is_node) return action.domain_name == subject.name || action.domain_uuid == subject.name;
  const auto* move = std::get_if<model::MigrateTo>(&action.step);
  return action.node_name == subject.name || (move != nullptr && move->target_name == subject.name);
}

}  // namespace

std::vector<std::string> drawn_series(const GraphSubject& subject) {
  if (subject.is_node)
    return {"node_cpu_ratio",
            "node_cpu_domains_ratio",
            "node_cpu_steal_ratio",
            "node_memory_taken_bytes",
            "node_memory_available_bytes",
            "node_net_receive_bytes_per_second",
            "node_net_transmit_bytes_per_second"};
  return {"domain_cpu_ratio",
          "domain_cpu_steal_ratio",
          "domain_vcpus",
          "domain_memory_available_bytes",
          "domain_memory_usable_bytes",
          "domain_memory_balloon_bytes",
          "domain_block_read_bytes_per_second",
          "domain_block_write_bytes_per_second",
          "domain_net_receive_bytes_per_second",
          "domain_net_transmit_bytes_per_second"};
}

std::vector<io::ChartPanel> panels_of(const GraphSubject& about, const GraphMaterial& material) {
  const Subject subject(about, material);
  std::vector<io::ChartPanel> panels;
  if (about.is_node) {
    panels = {cpu_of_node(subject), memory_of_node(subject),
              flow(subject, {"links", "received", "node_net_receive_bytes_per_second", "sent",
                             "node_net_transmit_bytes_per_second"})};
  } else {
    panels = {cpu_of_domain(subject), memory_of_domain(subject),
              flow(subject, {"disks", "read", "domain_block_read_bytes_per_second", "written",
                             "domain_block_write_bytes_per_second"}),
              flow(subject, {"network", "received", "domain_net_receive_bytes_per_second", "sent",
                             "domain_net_transmit_bytes_per_second"})};
  }
  name_marks(material, panels.front());
  return panels;
}

bool has_values(const GraphSubject& subject, const GraphMaterial& material) {
  const Subject one(subject, material);
  return std::any_of(material.series.begin(), material.series.end(), [&](const model::HistorySeries& series) {
    return one.is_own(series) && figures_of(in_steps(series, material.time)).known;
  });
}

std::vector<GraphAction> actions_of(const std::vector<ports::JournalEntry>& journal, const GraphSubject& subject,
                                    const io::ChartTime& time) {
  struct Seen {
    WallTime begun{};
    bool started = false;
    const ports::JournalEntry* last = nullptr;
  };
  std::map<std::string, Seen> seen;
  for (const ports::JournalEntry& entry : journal) {
    if (!concerns(entry.action, subject)) continue;
    Seen& one = seen[entry.action.id];
    if (one.last == nullptr || (!one.started && entry.state == model::ActionState::kStarted)) one.begun = entry.at;
    one.started = one.started || entry.state == model::ActionState::kStarted;
    one.last = &entry;
  }
  std::vector<GraphAction> actions;
  for (const auto& [id, one] : seen) {
    if (one.begun < time.from || one.begun > time.to()) continue;
    const model::Action& action = one.last->action;
    actions.push_back({one.begun, model::step_name(action.step),
                       (subject.is_node ? action.domain_name + ": " : "") + model::describe(action.step) + ", " +
                           model::to_string(one.last->state)});
  }
  std::stable_sort(actions.begin(), actions.end(), [](const auto& a, const auto& b) { return a.at < b.at; });
  return actions;
}

}  // namespace hotspot::ctl
