#include "actuator/loop/history_reader.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <set>
#include <utility>

namespace hotspot::loop {
namespace {

// A piece holds about so many values, whatever the size of the cluster.
constexpr std::size_t kValuesOfAPiece = 2'000'000;
constexpr Milliseconds kFirstPiece{std::chrono::minutes(10)};
constexpr Milliseconds kLongestPiece{std::chrono::hours(24)};
constexpr Milliseconds kShortestPiece{std::chrono::minutes(1)};
// Rows end at multiples of their step, and collectd writes late: one step more than the rules look back is enough.
constexpr Milliseconds kMargin{std::chrono::minutes(1)};
constexpr int kNice = 10;

// Only what the rules look at is read, each thing as far back as they do.
std::vector<std::string> inputs_at(const rules::Reach& reach, Milliseconds back) {
  std::set<std::string> inputs;
  const auto everything = reach.needed.find("");
  for (const model::SeriesInfo& series : model::series_catalog()) {
    const auto needed = reach.needed.find(series.name);
    const bool wanted = (needed != reach.needed.end() && needed->second + kMargin > back) ||
                        (everything != reach.needed.end() && everything->second + kMargin > back);
    if (!wanted) continue;
    for (std::string& name : model::stored_inputs(series.name)) inputs.insert(std::move(name));
  }
  return {inputs.begin(), inputs.end()};
}

std::size_t values_in(const ports::HistoryContent& content) {
  std::size_t values = 0;
  for (const model::HistorySeries& series : content.series) values += series.samples.size();
  return values;
}

void note_memory(const telemetry::NodeSnapshot& snapshot, HistoryAnswer& answer) {
  constexpr std::int64_t kHourMs = 3'600'000;
  const WallTime hour = from_unix_ms(to_unix_ms(snapshot.taken_at) / kHourMs * kHourMs);
  for (const telemetry::DomainSample& domain : snapshot.domains) {
    const auto used = model::memory_used_bytes(domain);
    if (!used) continue;
    // Of the first hour, when it really began.
    auto& hours = answer.memory_used_bytes[domain.name];
    std::int64_t& most = hours[hours.empty() ? snapshot.taken_at : std::max(hour, hours.begin()->first)];
    most = std::max(most, *used);
  }
}

}  // namespace

HistoryAnswer read_history(ports::History& history, const HistoryRequest& request, const std::atomic<bool>& stop) {
  HistoryAnswer answer{.rules = request.rules, .past = nullptr, .error = "", .problems = {}};
  const rules::Reach reach = rules::reach_of(*request.rules);
  auto past = std::make_shared<rules::Past>(request.rules, request.now, request.of);
  ports::HistoryQuery query{
      .from = request.now - reach.longest() - kMargin, .to = {}, .nodes = request.nodes, .domains = {}, .series = {}};
  for (const auto& [domain, node] : request.placement) query.domains.push_back(domain);
  // Without a single domain, none is wanted; an empty list would mean all of them.
  if (query.domains.empty()) query.domains.emplace_back();
  for (Milliseconds piece = kFirstPiece; query.from < request.now && !stop; query.from = query.to) {
    query.to = std::min(request.now, query.from + piece);
    query.series = inputs_at(reach, request.now - query.to);
    if (query.series.empty()) continue;
    const auto content = history.read(query);
    if (!content) {
      answer.error = content.error().message;
      return answer;
    }
    for (const std::string& problem : content->problems) {
      if (std::find(answer.problems.begin(), answer.problems.end(), problem) == answer.problems.end()) {
        answer.problems.push_back(problem);
      }
    }
    model::for_each_snapshot(content->series, request.placement, [&](telemetry::NodeSnapshot snapshot) {
      note_memory(snapshot, answer);
      past->add(std::move(snapshot));
    });
    const std::size_t values = std::max<std::size_t>(values_in(*content), 1);
    const double factor = static_cast<double>(kValuesOfAPiece) / static_cast<double>(values);
    const double next = static_cast<double>(piece.count()) * std::clamp(factor, 0.25, 4.0);
    piece = std::clamp(Milliseconds(static_cast<std::int64_t>(next)), kShortestPiece, kLongestPiece);
  }
  past->finish();
  answer.past = std::move(past);
  return answer;
}

HistoryReader::HistoryReader(std::function<std::unique_ptr<ports::History>()> make_history,
                             std::function<void(HistoryAnswer)> answer)
    : make_history_(std::move(make_history)), answer_(std::move(answer)), thread_([this] { work(); }) {}

HistoryReader::~HistoryReader() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  asked_.notify_one();
  thread_.join();
}

void HistoryReader::ask(HistoryRequest request) {
  {
    const std::lock_guard lock(mutex_);
    request_ = std::move(request);
  }
  asked_.notify_one();
}

void HistoryReader::work() {
  setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), kNice);  // of this thread alone: sched(7)
  for (;;) {
    std::unique_lock lock(mutex_);
    asked_.wait(lock, [this] { return stop_ || request_.has_value(); });
    if (stop_) return;
    const HistoryRequest request = *std::exchange(request_, std::nullopt);
    lock.unlock();
    const std::unique_ptr<ports::History> history = make_history_();
    HistoryAnswer answer = read_history(*history, request, stop_);
    if (!stop_) answer_(std::move(answer));
  }
}

}  // namespace hotspot::loop
