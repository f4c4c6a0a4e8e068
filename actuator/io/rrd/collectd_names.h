// Maps a file of collectd to the series that it holds: the inverse of collectd-plugin/dispatch.cc. docs/metrics.md has
// the list.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hotspot::io {

// HOST/PLUGIN[-INSTANCE]/TYPE[-INSTANCE].rrd, as collectd's rrdtool plugin names it below its DataDir.
struct CollectdFile {
  std::string path;  // as it was listed
  std::string host, plugin, plugin_instance, type, type_instance;
};
std::optional<CollectdFile> collectd_file(std::string_view path);

// The meaning of one data source of such a file: `name` as in model::HistorySeries, in base units after `factor`.
struct StoredSeries {
  std::string data_source;  // "value", "read", "rx", …
  std::string name;
  double factor = 1;
  int vcpu = -1;
  std::string device;
};
std::vector<StoredSeries> stored_domain_series(const CollectdFile& file);
std::vector<StoredSeries> stored_node_series(const CollectdFile& file);

}  // namespace hotspot::io
