#include "actuator/io/libvirt/opener_pool.h"

#include <pthread.h>
#include <signal.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <list>
#include <map>
#include <mutex>
#include <system_error>
#include <utility>
#include <vector>

namespace hotspot::io {
namespace {

using Steady = std::chrono::steady_clock;
using Time = Steady::time_point;

constexpr Milliseconds kInterruptAgain{1000};
constexpr Milliseconds kNoThread{1000};  // after a thread could not be created

// A signal whose only effect is that a system call returns with EINTR; nothing else in this process uses it.
constexpr int kInterrupt = SIGURG;

void make_interruptible() {
  struct sigaction nothing {};
  nothing.sa_handler = [](int) {};
  sigaction(kInterrupt, &nothing, nullptr);  // without SA_RESTART
}

}  // namespace

struct OpenerPool::Pool : std::enable_shared_from_this<Pool> {
  struct Job {
    std::weak_ptr<Openable> what;
    Urgency urgency = Urgency::kNew;
    Time due{};
    bool told = false;  // postponed() was called
  };
  struct Attempt {
    std::shared_ptr<Openable> what;
    Urgency urgency = Urgency::kNew;  // kSuspect once it is overdue
    Time limit{};
    std::optional<pthread_t> opener;
    bool overdue = false;
    std::optional<Job> next;  // added in the meantime
  };
  using Attempts = std::list<Attempt>;
  using Told = std::vector<std::pair<std::shared_ptr<Openable>, std::string>>;

  explicit Pool(Options options_) : options(options_) {}

  // Each with the mutex held.
  std::array<bool, 4> room() const;  // by urgency
  std::map<const Openable*, Job>::iterator choose(Time now);
  void dispatch(Time now);
  bool start_opener();
  Milliseconds limit_of(const Openable* what) const;
  Told find_postponed(Time now);
  std::vector<std::shared_ptr<Openable>> interrupt_overdue(Time now);
  Time next_look(Time now) const;
  void finish(Attempts::iterator attempt, std::optional<Milliseconds> again);
  Attempts::iterator attempt_at(const Openable* what);

  void supervise();
  void run_opener();

  const Options options;
  mutable std::mutex mutex;
  std::condition_variable changed;  // for the supervisor
  std::condition_variable ready;    // for the openers
  std::map<const Openable*, Job> waiting;
  std::map<const Openable*, int> hung;  // consecutive hanging attempts
  Attempts attempts;
  std::deque<Attempts::iterator> handed;  // assigned to an opener that has not begun yet
  std::size_t threads = 0, idle = 0;
  Time no_thread_until{};
  bool stop = false;
};

// A quarter is reserved for nodes that are needed or were lost; nodes whose attempts hung share another one.
std::array<bool, 4> OpenerPool::Pool::room() const {
  const std::size_t quarter = options.openers / 4;
  std::size_t others = 0, suspects = 0;
  for (const Attempt& attempt : attempts) {
    if (attempt.urgency >= Urgency::kNew) ++others;
    if (attempt.urgency == Urgency::kSuspect) ++suspects;
  }
  const bool any = attempts.size() < options.openers;
  const bool for_others = any && others + quarter < options.openers;
  return {any, any, for_others, for_others && suspects < quarter};
}

std::map<const Openable*, OpenerPool::Pool::Job>::iterator OpenerPool::Pool::choose(Time now) {
  const auto has_room = room();
  auto best = waiting.end();
  for (auto job = waiting.begin(); job != waiting.end(); ++job) {
    if (job->second.due > now || !has_room[static_cast<std::size_t>(job->second.urgency)]) continue;
    const auto rank = [](const Job& one) { return std::pair(one.urgency, one.due); };
    if (best == waiting.end() || rank(job->second) < rank(best->second)) best = job;
  }
  return best;
}

Milliseconds OpenerPool::Pool::limit_of(const Openable* what) const {
  const auto times = hung.find(what);
  Milliseconds limit = options.first_limit;
  for (int i = 0; times != hung.end() && i < times->second && limit < options.longest_limit; ++i) limit *= 2;
  return std::min(limit, options.longest_limit);
}

void OpenerPool::Pool::dispatch(Time now) {
  if (now < no_thread_until) return;
  while (!stop) {
    const auto job = choose(now);
    if (job == waiting.end()) return;
    if (idle <= handed.size() && threads < options.openers && !start_opener()) {
      no_thread_until = now + kNoThread;
      return;
    }
    if (auto what = job->second.what.lock()) {
      attempts.push_back({std::move(what), job->second.urgency, Time::max(), {}, false, {}});
      handed.push_back(std::prev(attempts.end()));
      ready.notify_one();
    }
    waiting.erase(job);
  }
}

bool OpenerPool::Pool::start_opener() {
  try {
    std::thread([self = shared_from_this()] { self->run_opener(); }).detach();
  } catch (const std::system_error&) {
    return false;
  }
  ++threads;
  ++idle;  // until it begins
  return true;
}

OpenerPool::Pool::Attempts::iterator OpenerPool::Pool::attempt_at(const Openable* what) {
  return std::find_if(attempts.begin(), attempts.end(), [what](const Attempt& one) { return one.what.get() == what; });
}

void OpenerPool::Pool::run_opener() {
  std::unique_lock lock(mutex);
  for (;;) {
    ready.wait_for(lock, options.idle_limit, [this] { return stop || !handed.empty(); });
    if (stop || handed.empty()) break;
    const auto attempt = handed.front();
    handed.pop_front();
    --idle;
    attempt->opener = pthread_self();
    attempt->limit = Steady::now() + limit_of(attempt->what.get());
    changed.notify_all();  // wakes the supervisor when that is over
    auto what = attempt->what;
    lock.unlock();
    const auto again = what->open();
    lock.lock();
    finish(attempt, again);
    lock.unlock();
    what.reset();  // destroying the last reference may take locks
    lock.lock();
    ++idle;
  }
  --idle;
  --threads;
  changed.notify_all();
}

void OpenerPool::Pool::finish(Attempts::iterator attempt, std::optional<Milliseconds> again) {
  const Openable* what = attempt->what.get();
  const bool was_overdue = attempt->overdue;
  if (stop) return void(attempts.erase(attempt)), changed.notify_all();
  if (was_overdue && again)
    ++hung[what];
  else
    hung.erase(what);
  if (attempt->next)
    waiting[what] = *attempt->next;
  else if (again)
    waiting[what] = {attempt->what, was_overdue ? Urgency::kSuspect : Urgency::kNew, Steady::now() + *again, false};
  attempts.erase(attempt);
  changed.notify_all();
}

// While the mutex is held no opener leaves its attempt: the signal reaches the thread that hangs.
std::vector<std::shared_ptr<Openable>> OpenerPool::Pool::interrupt_overdue(Time now) {
  std::vector<std::shared_ptr<Openable>> overdue;
  for (Attempt& attempt : attempts) {
    if (!attempt.opener || now < attempt.limit) continue;
    attempt.overdue = true;
    attempt.urgency = Urgency::kSuspect;
    attempt.limit = now + kInterruptAgain;
    pthread_kill(*attempt.opener, kInterrupt);
    overdue.push_back(attempt.what);
  }
  return overdue;
}

OpenerPool::Pool::Told OpenerPool::Pool::find_postponed(Time now) {
  Told found;
  for (auto& [key, job] : waiting) {
    if (job.told || job.due + options.postponed_after > now) continue;
    job.told = true;
    if (auto what = job.what.lock()) {
      found.emplace_back(std::move(what), threads == 0 ? "no thread can be made that would connect to it"
                                                       : std::to_string(attempts.size()) +
                                                             " nodes that do not answer hold all threads that connect");
    }
  }
  return found;
}

Time OpenerPool::Pool::next_look(Time now) const {
  Time next = now + std::chrono::hours(1);
  for (const auto& [key, job] : waiting) {
    // Already due: it waits for room, which the end of an attempt signals.
    next = std::min(next, job.due > now ? job.due : job.told ? next : job.due + options.postponed_after);
  }
  for (const Attempt& attempt : attempts) next = std::min(next, attempt.limit);
  if (no_thread_until > now) next = std::min(next, no_thread_until);
  return std::max(next, now + Milliseconds(1));
}

void OpenerPool::Pool::supervise() {
  std::unique_lock lock(mutex);
  while (!stop) {
    const Time now = Steady::now();
    auto overdue = interrupt_overdue(now);
    dispatch(now);
    auto postponed = find_postponed(now);
    if (overdue.empty() && postponed.empty()) {
      changed.wait_until(lock, next_look(now));
      continue;
    }
    lock.unlock();
    for (const auto& what : overdue) what->interrupt();
    for (const auto& [what, why] : postponed) what->postponed(why);
    overdue.clear();  // destroying the last reference may take locks
    postponed.clear();
    lock.lock();
  }
}

OpenerPool::OpenerPool(Options options) {
  options.openers = std::max(options.openers, 4U);
  pool_ = std::make_shared<Pool>(options);
  make_interruptible();
  supervisor_ = std::thread([pool = pool_] { pool->supervise(); });
}

OpenerPool::~OpenerPool() {
  stop(Milliseconds(0));
  // The last owner may be an object whose reference the supervisor released.
  supervisor_.get_id() == std::this_thread::get_id() ? supervisor_.detach() : supervisor_.join();
}

void OpenerPool::stop(Milliseconds limit) {
  std::unique_lock lock(pool_->mutex);
  pool_->stop = true;
  pool_->waiting.clear();
  const auto under_way = pool_->interrupt_overdue(Time::max() - kInterruptAgain);
  lock.unlock();
  for (const auto& what : under_way) what->interrupt();
  lock.lock();
  pool_->changed.notify_all();
  pool_->ready.notify_all();
  pool_->changed.wait_for(lock, limit, [this] { return pool_->threads == 0; });
}

void OpenerPool::add(const std::shared_ptr<Openable>& what, Urgency urgency) {
  const std::lock_guard lock(pool_->mutex);
  if (pool_->stop) return;
  const Time now = Steady::now();
  if (const auto attempt = pool_->attempt_at(what.get()); attempt != pool_->attempts.end()) {
    attempt->next = Pool::Job{what, urgency, now, false};
    return;
  }
  const auto [job, is_new] = pool_->waiting.try_emplace(what.get(), Pool::Job{what, urgency, now, false});
  if (!is_new) job->second = {what, std::min(job->second.urgency, urgency), std::min(job->second.due, now), false};
  pool_->changed.notify_all();
}

void OpenerPool::hurry(const Openable* what, Milliseconds delay) {
  const std::lock_guard lock(pool_->mutex);
  const auto job = pool_->waiting.find(what);
  if (job == pool_->waiting.end()) return;
  job->second.urgency = Urgency::kNeeded;
  job->second.due = std::min(job->second.due, Steady::now() + delay);
  pool_->changed.notify_all();
}

void OpenerPool::remove(const Openable* what) {
  const std::lock_guard lock(pool_->mutex);
  pool_->waiting.erase(what);
  pool_->hung.erase(what);
  const auto attempt = pool_->attempt_at(what);
  if (attempt != pool_->attempts.end()) attempt->next.reset();
}

OpenerPool::Counts OpenerPool::counts() const {
  const std::lock_guard lock(pool_->mutex);
  const auto overdue = std::count_if(pool_->attempts.begin(), pool_->attempts.end(),
                                     [](const Pool::Attempt& attempt) { return attempt.overdue; });
  return {pool_->threads, pool_->attempts.size(), static_cast<std::size_t>(overdue), pool_->waiting.size()};
}

}  // namespace hotspot::io
