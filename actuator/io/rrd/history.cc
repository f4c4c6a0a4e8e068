#include "actuator/io/rrd/history.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <tuple>
#include <unordered_set>

#include "actuator/io/rrd/collectd_names.h"

namespace hotspot::io {
namespace {

using model::HistorySeries;

constexpr const char* kNodePlugin = "hotspot";
constexpr std::size_t kMaxProblems = 20;  // a directory of broken files is one problem, not ten thousand

const char* function_name(ports::Consolidation consolidation) {
  return consolidation == ports::Consolidation::kMaximum ? "MAX" : "AVERAGE";
}

class Filter {
 public:
  explicit Filter(const std::vector<std::string>& wanted) : wanted_(wanted.begin(), wanted.end()) {}
  bool takes(const std::string& name) const { return wanted_.empty() || wanted_.contains(name); }

 private:
  std::unordered_set<std::string> wanted_;
};

struct Column {
  std::size_t place = 0;
  double factor = 1;  // from the file's unit to that of the series
};

void append_rows(const RrdRows& rows, const Column& column, const ports::HistoryQuery& query,
                 std::vector<model::HistorySample>& out) {
  const std::size_t width = rows.data_sources.size();
  for (std::size_t row = 0; row < rows.rows(); ++row) {
    const WallTime time = rows.first + rows.step * static_cast<std::int64_t>(row);
    const double value = rows.values[row * width + column.place];
    if (time > query.from && time <= query.to && !std::isnan(value)) out.push_back({time, value * column.factor});
  }
}

// Two files with the same series are from a domain that was on two nodes of one directory: the later values count.
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

RrdHistoryOptions rrd_history_options(const std::vector<std::string>& folders, const std::string& rrdcached,
                                      const std::string& plugin) {
  RrdHistoryOptions options{.sources = {}, .plugin = plugin, .nodes = {}};
  for (const std::string& text : folders) {
    const std::size_t equals = text.find('=');
    const bool names_node = equals != std::string::npos && text.find('/') > equals;
    options.sources.push_back({.folder = names_node ? text.substr(equals + 1) : text,
                               .daemon = rrdcached,
                               .node = names_node ? text.substr(0, equals) : ""});
  }
  if (folders.empty()) options.sources.push_back({.folder = "", .daemon = rrdcached, .node = ""});
  return options;
}

struct RrdHistory::Wanted {
  std::string path, node, domain;
  std::vector<StoredSeries> series;
};

struct RrdHistory::Listing {
  std::vector<CollectdFile> files;
  std::set<std::string> nodes;
};

Result<const RrdHistory::Listing*> RrdHistory::listing(RrdFiles& files, std::size_t source) {
  auto& known = listings_[source];
  if (known) return known.get();
  const auto paths = files.list();
  if (!paths) return paths.error();
  auto listed = std::make_shared<Listing>(Listing{.files = {}, .nodes = options_.nodes});
  for (const std::string& path : *paths) {
    auto file = collectd_file(path);
    if (!file) continue;
    if (file->plugin == kNodePlugin) listed->nodes.insert(file->host);
    if (file->plugin == kNodePlugin || file->plugin == options_.plugin) listed->files.push_back(std::move(*file));
  }
  known = std::move(listed);
  return known.get();
}

std::vector<RrdHistory::Wanted> RrdHistory::wanted_files(const Listing& listing, const RrdSource& source,
                                                         const ports::HistoryQuery& query) {
  const Filter nodes(query.nodes), domains(query.domains), series(query.series);
  const std::string only_node = listing.nodes.size() == 1 ? *listing.nodes.begin() : "";
  std::vector<Wanted> wanted;
  for (const CollectdFile& file : listing.files) {
    Wanted one{file.path, "", "", {}};
    if (file.plugin == kNodePlugin) {
      one.node = source.node.empty() ? file.host : source.node;
      one.series = stored_node_series(file);
    } else {
      const bool below_node = !file.plugin_instance.empty() && listing.nodes.contains(file.host);
      one.domain = below_node ? file.plugin_instance : file.host;
      one.node = !source.node.empty() ? source.node : (below_node ? file.host : only_node);
      one.series = stored_domain_series(file);
    }
    std::erase_if(one.series, [&](const StoredSeries& stored) { return !series.takes(stored.name); });
    if (one.series.empty()) continue;
    if (!one.node.empty() && !nodes.takes(one.node)) continue;
    if (!one.domain.empty() && !domains.takes(one.domain)) continue;
    wanted.push_back(std::move(one));
  }
  return wanted;
}

Result<RrdHistory::Names> RrdHistory::names() {
  Names names;
  for (std::size_t i = 0; i < options_.sources.size(); ++i) {
    const RrdSource& source = options_.sources[i];
    const auto files = RrdFiles::open(source);
    if (!files) return files.error();
    const auto listed = listing(**files, i);
    if (!listed) return listed.error();
    for (const Wanted& one : wanted_files(**listed, source, {})) {
      if (!one.node.empty()) names.nodes.insert(one.node);
      if (!one.domain.empty()) names.domains.insert(one.domain);
    }
  }
  return names;
}

Result<ports::HistoryContent> RrdHistory::read(const ports::HistoryQuery& query) {
  ports::HistoryContent content;
  for (std::size_t i = 0; i < options_.sources.size(); ++i) {
    const RrdSource& source = options_.sources[i];
    const auto files = RrdFiles::open(source);
    if (!files) return files.error();
    const auto listed = listing(**files, i);
    if (!listed) return listed.error();
    for (const Wanted& one : wanted_files(**listed, source, query)) {
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
        const Column column{static_cast<std::size_t>(place - names.begin()), stored.factor};
        append_rows(*rows, column, query, series.samples);
        if (!series.samples.empty()) content.series.push_back(std::move(series));
      }
    }
  }
  join(content.series);
  return content;
}

}  // namespace hotspot::io
