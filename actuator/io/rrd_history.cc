#include "actuator/io/rrd_history.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <tuple>

#include "actuator/io/collectd_names.h"

namespace hotspot::io {
namespace {

using model::HistorySeries;

constexpr const char* kNodePlugin = "hotspot";
constexpr std::size_t kMaxProblems = 20;  // a folder of broken files is one problem, not ten thousand

const char* function_name(ports::Consolidation consolidation) {
  return consolidation == ports::Consolidation::kMaximum ? "MAX" : "AVERAGE";
}

bool is_among(const std::string& name, const std::vector<std::string>& wanted) {
  return wanted.empty() || std::find(wanted.begin(), wanted.end(), name) != wanted.end();
}

void append_rows(const RrdRows& rows, std::size_t column, double factor, const ports::HistoryQuery& query,
                 std::vector<model::HistorySample>& out) {
  const std::size_t width = rows.data_sources.size();
  for (std::size_t row = 0; row < rows.rows(); ++row) {
    const WallTime time = rows.first + rows.step * static_cast<std::int64_t>(row);
    const double value = rows.values[row * width + column];
    if (time > query.from && time <= query.to && !std::isnan(value)) out.push_back({time, value * factor});
  }
}

// Two files of one series are a domain that was on two nodes of one folder: what came later counts.
void join(std::vector<HistorySeries>& all) {
  const auto key = [](const HistorySeries& s) { return std::tie(s.node, s.domain, s.name, s.vcpu, s.device); };
  std::stable_sort(all.begin(), all.end(), [&](const auto& a, const auto& b) { return key(a) < key(b); });
  std::vector<HistorySeries> joined;
  for (HistorySeries& series : all) {
    if (joined.empty() || key(joined.back()) != key(series)) {
      joined.push_back(std::move(series));
      continue;
    }
    auto& samples = joined.back().samples;
    samples.insert(samples.end(), series.samples.begin(), series.samples.end());
    std::stable_sort(samples.begin(), samples.end(), [](const auto& a, const auto& b) { return a.time < b.time; });
    samples.erase(
        std::unique(samples.begin(), samples.end(), [](const auto& a, const auto& b) { return a.time == b.time; }),
        samples.end());
  }
  all = std::move(joined);
}

void note(ports::HistoryContent& content, const std::string& problem) {
  if (content.problems.size() < kMaxProblems) {
    content.problems.push_back(problem);
  } else if (content.problems.size() == kMaxProblems) {
    content.problems.push_back("and more files that cannot be read");
  }
}

}  // namespace

struct RrdHistory::Wanted {
  std::string path, node, domain;
  std::vector<StoredSeries> series;
};

Result<std::vector<RrdHistory::Wanted>> RrdHistory::wanted_files(RrdFiles& files, const RrdSource& source,
                                                                 const ports::HistoryQuery& query) {
  const auto paths = files.list();
  if (!paths) return paths.error();
  std::vector<CollectdFile> parsed;
  std::set<std::string> nodes;
  for (const std::string& path : *paths) {
    auto file = collectd_file(path);
    if (!file) continue;
    if (file->plugin == kNodePlugin) nodes.insert(file->host);
    parsed.push_back(std::move(*file));
  }
  const std::string only_node = nodes.size() == 1 ? *nodes.begin() : "";
  std::vector<Wanted> wanted;
  for (const CollectdFile& file : parsed) {
    Wanted one{file.path, "", "", {}};
    if (file.plugin == kNodePlugin) {
      one.node = source.node.empty() ? file.host : source.node;
      one.series = stored_node_series(file);
    } else if (file.plugin == options_.plugin) {
      const bool below_node = !file.plugin_instance.empty() && nodes.contains(file.host);
      one.domain = below_node ? file.plugin_instance : file.host;
      one.node = !source.node.empty() ? source.node : (below_node ? file.host : only_node);
      one.series = stored_domain_series(file);
    }
    if (one.series.empty()) continue;
    if (!one.node.empty() && !is_among(one.node, query.nodes)) continue;
    if (!one.domain.empty() && !is_among(one.domain, query.domains)) continue;
    wanted.push_back(std::move(one));
  }
  return wanted;
}

Result<ports::HistoryContent> RrdHistory::read(const ports::HistoryQuery& query) {
  ports::HistoryContent content;
  for (const RrdSource& source : options_.sources) {
    const auto files = RrdFiles::open(source);
    if (!files) return files.error();
    const auto wanted = wanted_files(**files, source, query);
    if (!wanted) return wanted.error();
    for (const Wanted& one : *wanted) {
      const auto rows = (*files)->fetch(one.path, function_name(query.consolidation), query.from, query.to);
      if (!rows) {
        note(content, rows.error().message);
        continue;
      }
      for (const StoredSeries& stored : one.series) {
        const auto& names = rows->data_sources;
        const auto place = std::find(names.begin(), names.end(), stored.data_source);
        if (place == names.end()) continue;
        HistorySeries series{stored.name, one.node, one.domain, stored.vcpu, stored.device, rows->step, {}};
        append_rows(*rows, static_cast<std::size_t>(place - names.begin()), stored.factor, query, series.samples);
        if (!series.samples.empty()) content.series.push_back(std::move(series));
      }
    }
  }
  join(content.series);
  return content;
}

}  // namespace hotspot::io
