// One history as a contract test sees it: the fake one; RRD files in a folder; the same behind an rrdcached on this
// machine, and behind one that is reached over TCP.
#pragma once

#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "actuator/ports/history.h"

namespace hotspot::contract {

// What collectd was given: values of one file, a row a step, NaN for none. `sources` are GAUGEs or DERIVEs (rates).
struct Stored {
  std::string host, plugin, type_instance;  // "h1", "hotspot", "percent-cpu"
  std::vector<std::string> sources;         // "value"; "read", "write"
  std::vector<std::vector<double>> rows;    // as collectd has them: per cent, counters
  bool counter = false;
  // The same as series, for the fake.
  std::vector<model::HistorySeries> series;
};

class HistoryBody {
 public:
  virtual ~HistoryBody() = default;
  virtual void store(const Stored& stored) = 0;
  virtual ports::History& history() = 0;
};

struct HistoryMaker {
  const char* name;
  std::unique_ptr<HistoryBody> (*make)();
};
inline void PrintTo(const HistoryMaker& maker, std::ostream* out) { *out << maker.name; }

std::unique_ptr<HistoryBody> make_fake_history();
std::unique_ptr<HistoryBody> make_rrd_folder();
std::unique_ptr<HistoryBody> make_rrdcached_on_socket();
std::unique_ptr<HistoryBody> make_rrdcached_on_port();

inline const HistoryMaker kHistories[] = {{"Fake", make_fake_history},
                                          {"RrdFolder", make_rrd_folder},
                                          {"RrdcachedOnSocket", make_rrdcached_on_socket},
                                          {"RrdcachedOnPort", make_rrdcached_on_port}};

// The first row ends a step after this; rows are 10 s long.
constexpr WallTime kFirstRow = from_unix_ms(1'700'000'000'000);
constexpr Milliseconds kRow{10'000};

}  // namespace hotspot::contract
