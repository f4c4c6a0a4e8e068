// Reads history for the rules' ranges in a thread of its own, so that neither a slow rrdcached nor a hanging file
// server stops the loop.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "actuator/model/memory_peaks.h"
#include "actuator/ports/history.h"
#include "actuator/rules/engine/past.h"

namespace hotspot::loop {

struct HistoryRequest {
  std::shared_ptr<const rules::RuleSet> rules;
  WallTime now{};
  model::Placement placement;      // domain ▶ node, as they are now; only these domains are read
  std::vector<std::string> nodes;  // by name; only these are read
  rules::Past::Of of = rules::Past::Of::kAllNodes;
};

struct HistoryAnswer {
  std::shared_ptr<const rules::RuleSet> rules;  // of the request
  std::shared_ptr<const rules::Past> past;      // null: nothing could be read
  std::string error;                            // a sentence; empty if `past` is there
  // What guests used of their memory, an hour's most each, by domain name; as far back as the rules look at memory.
  std::map<std::string, std::map<WallTime, std::int64_t>> memory_used_bytes;
  std::vector<std::string> problems;  // files that could not be read
};

// Reads piece by piece, as far back as the rules look. `stop`: ends before the next piece.
HistoryAnswer read_history(ports::History& history, const HistoryRequest& request, const std::atomic<bool>& stop);

// Thread rule: ask() from the loop's thread. `answer` is called from the reader's. A request replaces one that has not
// begun. A read that hangs is left to itself when the process ends (run.cc).
class HistoryReader {
 public:
  // make_history: a new one for each request, since files come and go.
  HistoryReader(std::function<std::unique_ptr<ports::History>()> make_history,
                std::function<void(HistoryAnswer)> answer);
  ~HistoryReader();
  void ask(HistoryRequest request);

 private:
  void work();
  std::function<std::unique_ptr<ports::History>()> make_history_;
  std::function<void(HistoryAnswer)> answer_;
  std::mutex mutex_;
  std::condition_variable asked_;
  std::optional<HistoryRequest> request_;
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

}  // namespace hotspot::loop
