#include "actuator/io/rrd/files.h"

#include <rrd.h>
extern "C" {
#include <rrd_client.h>
}

#include <algorithm>
#include <cstdlib>
#include <filesystem>

namespace hotspot::io {
namespace {

namespace fs = std::filesystem;

std::string rrd_says() {
  const char* message = rrd_get_error();
  return message == nullptr || *message == '\0' ? "no reason given" : message;
}

// Memory allocated by rrd_fetch.
struct Fetched {
  unsigned long step = 1;
  unsigned long sources = 0;
  char** names = nullptr;
  rrd_value_t* values = nullptr;
  ~Fetched() {
    for (unsigned long i = 0; names != nullptr && i < sources; ++i) rrd_freemem(names[i]);
    rrd_freemem(names);
    rrd_freemem(values);
  }
};

RrdRows rows_of(const Fetched& fetched, time_t start, time_t end) {
  RrdRows rows;
  if (fetched.step == 0 || end <= start) return rows;
  const auto step = static_cast<std::int64_t>(fetched.step);
  rows.step = Milliseconds(step * 1000);
  rows.first = from_unix_ms((static_cast<std::int64_t>(start) + step) * 1000);
  for (unsigned long i = 0; i < fetched.sources; ++i) rows.data_sources.emplace_back(fetched.names[i]);
  const auto count = static_cast<std::size_t>((end - start) / step) * fetched.sources;
  rows.values.assign(fetched.values, fetched.values + count);
  return rows;
}

bool is_unix(const std::string& daemon) { return daemon.starts_with("unix:") || daemon.starts_with("/"); }

}  // namespace

RrdFiles::RrdFiles(RrdSource source) : source_(std::move(source)) {}
RrdFiles::~RrdFiles() {
  if (!source_.daemon.empty()) rrdc_disconnect();
}

Result<std::unique_ptr<RrdFiles>> RrdFiles::open(const RrdSource& source) {
  if (source.folder.empty() && source.daemon.empty()) return Error{"neither a folder of RRD files nor an rrdcached"};
  if (source.folder.empty() && is_unix(source.daemon)) {
    return Error{"rrdcached at " + source.daemon +
                 " is on this machine: name the folder of its files too (collectd's DataDir)"};
  }
  std::error_code error;
  if (!source.folder.empty() && !fs::is_directory(source.folder, error)) {
    return Error{"there is no folder " + source.folder + "; collectd's rrdtool plugin calls it DataDir"};
  }
  std::unique_ptr<RrdFiles> files(new RrdFiles(source));
  if (const auto connected = files->connect(); !connected) return connected.error();
  return files;
}

// librrd keeps one connection per process; asking for the existing one is cheap.
Result<void> RrdFiles::connect() const {
  if (source_.daemon.empty()) return {};
  rrd_clear_error();
  if (rrdc_connect(source_.daemon.c_str()) == 0 && rrdc_is_connected(source_.daemon.c_str()) != 0) return {};
  return Error{"rrdcached at " + source_.daemon + " does not answer: " + rrd_says()};
}

Result<std::vector<std::string>> RrdFiles::list() {
  auto paths = source_.folder.empty() ? list_daemon() : list_folder();
  if (paths) std::sort(paths->begin(), paths->end());
  return paths;
}

Result<std::vector<std::string>> RrdFiles::list_daemon() const {
  // The function behind `rrdtool list`: librrd.so does not export the other one.
  std::string address = source_.daemon, words[] = {"list", "--recursive", "--daemon", "/"};
  char* arguments[] = {words[0].data(), words[1].data(), words[2].data(), address.data(), words[3].data(), nullptr};
  rrd_clear_error();
  char* listing = rrd_list(5, arguments);
  if (listing == nullptr) return Error{"rrdcached at " + source_.daemon + " does not list its files: " + rrd_says()};
  std::vector<std::string> paths;
  const std::string_view text(listing);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    if (end > at) paths.emplace_back(text.substr(at, end - at));
    at = end + 1;
  }
  std::free(listing);
  return paths;
}

Result<std::vector<std::string>> RrdFiles::list_folder() const {
  std::vector<std::string> paths;
  std::error_code error;
  for (fs::recursive_directory_iterator at(source_.folder, fs::directory_options::skip_permission_denied, error), end;
       !error && at != end; at.increment(error)) {
    // librrd would wait for the other end of a pipe.
    if (at->path().extension() == ".rrd" && at->is_regular_file(error))
      paths.push_back(at->path().lexically_relative(source_.folder).string());
  }
  if (error) return Error{"cannot list " + source_.folder + ": " + error.message()};
  return paths;
}

Result<RrdRows> RrdFiles::fetch(const std::string& path, const char* function, WallTime from, WallTime to) {
  if (const auto connected = connect(); !connected) return connected.error();
  rrd_clear_error();
  Fetched fetched;
  auto start = static_cast<time_t>(to_unix_ms(from) / 1000);
  auto end = static_cast<time_t>(to_unix_ms(to) / 1000);
  int code = 0;
  std::string where = path;
  if (source_.folder.empty()) {
    code = rrdc_fetch(path.c_str(), function, &start, &end, &fetched.step, &fetched.sources, &fetched.names,
                      &fetched.values);
    where = path + " at " + source_.daemon;
  } else {
    where = (fs::path(source_.folder) / path).string();
    // The daemon does not know a file to which nothing was sent since its start: then there is nothing to flush.
    if (!source_.daemon.empty()) rrdc_flush(where.c_str());
    rrd_clear_error();
    code = rrd_fetch_r(where.c_str(), function, &start, &end, &fetched.step, &fetched.sources, &fetched.names,
                       &fetched.values);
  }
  if (code != 0) return Error{"cannot read " + where + ": " + rrd_says()};
  return rows_of(fetched, start, end);
}

}  // namespace hotspot::io
