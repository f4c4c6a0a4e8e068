#include "actuator/ctl/replay_picture.h"

#include <algorithm>
#include <filesystem>

#include "actuator/ctl/live_data.h"
#include "actuator/ctl/picture/machine_zone.h"
#include "actuator/ctl/picture/png.h"
#include "actuator/ctl/picture/svg.h"
#include "common/text/duration.h"
#include "common/text/visible.h"

namespace hotspot::ctl {
namespace {

constexpr std::size_t kRuleColumns = 48, kNameColumns = 56, kNodesColumns = 40;

std::string part(const std::string& text, std::size_t columns) {
  return shortened(text::visible(text, text::kMostLineBytes), columns);
}

// "web1 on h1", "web1 on h1, h2, device vda"
std::string subject_name(const rules::SubjectSum& sum) {
  std::string nodes, name, others;
  for (const std::string& node : sum.nodes) nodes += (nodes.empty() ? "" : ", ") + node;
  const auto domain = sum.labels.find("domain");
  if (domain != sum.labels.end()) name = part(domain->second, kNameColumns);
  if (!nodes.empty()) name += (name.empty() ? "" : " on ") + part(nodes, kNodesColumns);
  for (const auto& [label, value] : sum.labels) {
    if (label == "domain" || label == "node" || label == "__name__") continue;
    others += (others.empty() ? "" : ", ") + label + " " + value;
  }
  if (!others.empty()) name += (name.empty() ? "" : ", ") + part(others, kNameColumns);
  return name.empty() ? "the cluster" : name;
}

std::string limit_text(const rules::Drawable& what, MaybeUnit unit) {
  std::string text;
  for (const rules::ValueLimit& limit : what.limits) {
    text += (text.empty() ? "" : ", ") + std::string(limit.until ? "until " : "limit ") + limit.comparison + " " +
            value_text(limit.value, unit);
  }
  const auto none = [&](const char* why) {
    text += text.empty() ? std::string("no limit line: ") + why : std::string("; ") + why;
  };
  if (what.kind == rules::LimitKind::kSeries) none("it is compared with a series");
  if (what.kind == rules::LimitKind::kSeveral) none("it is any of several values");
  if (what.kind == rules::LimitKind::kNone) none("the value is compared with nothing");
  return text;
}

std::string detail(const rules::SubjectSum& sum, const rules::Lane& lane, MaybeUnit unit) {
  std::string text = "fired " + (sum.firings == 1 ? std::string("once, ") : std::to_string(sum.firings) + " times, ") +
                     text::duration_text(sum.total);
  if (sum.firings > 1) text += " in all, " + text::duration_text(sum.longest) + " the longest";
  text += "; " + limit_text(lane.what, unit) + "; value: " + part(lane.what.text, 60);
  if (lane.what.only_while_it_holds) text += " (known only while something holds)";
  if (lane.has_infinite) text += " (infinite values are not drawn)";
  return text;
}

struct Chosen {
  std::size_t set = 0;
  rules::SubjectSum sum;
};

// From all sets, the longest first.
std::vector<Chosen> all_that_fired(const std::vector<PictureSet>& sets) {
  std::vector<Chosen> all;
  for (std::size_t i = 0; i < sets.size(); ++i) {
    for (const rules::SubjectSum& sum : sets[i].result->subjects) all.push_back({i, sum});
  }
  std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.sum.total > b.sum.total; });
  return all;
}

std::vector<std::string> page_notes(const PictureQuestion& question, const std::vector<Chosen>& all) {
  std::vector<std::string> notes;
  if (all.size() > kMostLanes) {
    Milliseconds rest{0};
    for (std::size_t i = kMostLanes; i < all.size(); ++i) rest += all[i].sum.total;
    notes.push_back("Those " + std::to_string(kMostLanes) + " are drawn that fired longest; " +
                    std::to_string(all.size() - kMostLanes) + " more are left out, which fired for " +
                    text::duration_text(rest) + " in all.");
  }
  for (const PictureSet& set : question.sets) {
    if (set.result->subjects_left_out == 0) continue;
    notes.push_back(std::to_string(set.result->subjects_left_out) + " firings of " + set.name +
                    " were on subjects beyond the bound, and are not here.");
  }
  return notes;
}

// For each set, the lanes among the chosen ones that belong to it.
std::vector<rules::Lanes> lanes_of(const PictureQuestion& question, const std::vector<Chosen>& all, std::size_t shown) {
  const rules::ReplayResult& range = *question.sets.front().result;
  std::vector<rules::Lanes> drawn;
  for (std::size_t set = 0; set < question.sets.size(); ++set) {
    rules::LanesQuestion asked{.rules = question.sets[set].rules,
                               .freshness = question.freshness,
                               .options = question.options,
                               .wishes = {},
                               .from = range.from,
                               .to = range.to,
                               .columns = kPageColumns};
    for (std::size_t i = 0; i < shown; ++i) {
      if (all[i].set == set) asked.wishes.push_back({all[i].sum.rule, all[i].sum.key});
    }
    drawn.emplace_back(std::move(asked));
  }
  return drawn;
}

PageLane page_lane(const PictureQuestion& question, const Chosen& chosen, rules::Lane lane) {
  const MaybeUnit unit = unit_of(*lane.what.value);
  PageLane made;
  if (question.sets.size() > 1) made.name = part(question.sets[chosen.set].name, 40) + "  ";
  made.name += part(chosen.sum.rule_name, kRuleColumns) + ": " + subject_name(chosen.sum);
  made.detail = detail(chosen.sum, lane, unit);
  made.unit = unit;
  made.lane = std::move(lane);
  return made;
}

}  // namespace

std::string rule_set_name(const std::vector<std::string>& paths) {
  std::string names;
  for (const std::string& given : paths) {
    const std::filesystem::path path(given);
    const std::string name = (path.has_filename() ? path : path.parent_path()).filename().string();
    names += (names.empty() ? "" : " ") + (name.empty() ? given : name);
  }
  return names;
}

Result<Page> picture_page(const PictureQuestion& question) {
  const rules::ReplayResult& first = *question.sets.front().result;
  const std::vector<Chosen> all = all_that_fired(question.sets);
  if (all.empty()) return Error{"nothing would have fired: there is nothing to draw"};
  const std::size_t shown = std::min(all.size(), kMostLanes);
  std::vector<rules::Lanes> drawn = lanes_of(question, all, shown);
  const auto read = question.read([&](const telemetry::NodeSnapshot& snapshot) {
    for (rules::Lanes& lanes : drawn) lanes.add(snapshot);
  });
  if (!read) return read.error();
  Page page{.title = "Replay of " + part(question.sets.front().name, 60),
            .from = first.from,
            .to = first.to,
            .zone = machine_zone(first.from, first.to),
            .lanes = {},
            .notes = page_notes(question, all)};
  if (question.sets.size() > 1) page.title += " and " + part(question.sets[1].name, 60);
  std::vector<std::vector<rules::Lane>> lanes;
  for (rules::Lanes& one : drawn) lanes.push_back(one.finish());
  std::vector<std::size_t> next(lanes.size(), 0);
  for (std::size_t i = 0; i < shown; ++i) {
    const std::size_t set = all[i].set;
    page.lanes.push_back(page_lane(question, all[i], std::move(lanes[set][next[set]++])));
  }
  return page;
}

Result<std::string> picture_bytes(const Page& page, PictureKind kind) {
  const Drawing drawing = lay_out(page, text_width);
  return kind == PictureKind::kSvg ? Result<std::string>(svg_text(drawing)) : png_bytes(drawing);
}

}  // namespace hotspot::ctl
